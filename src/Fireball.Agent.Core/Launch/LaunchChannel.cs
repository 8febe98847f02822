using System.Buffers.Binary;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Agent.Core;

/// <summary>The first words on the session channel: launch.proto.</summary>
internal sealed class LaunchChannel(string marker)
{
    /// <summary>Bytes of the secret.</summary>
    internal const int SecretLength = 32;

    private const int Input = 0;

    // The length that goes before the request, big-endian, and the most it may say (launch.proto).
    private const int PrefixLength = 4;
    private const uint MaxRequest = 4096;

    /// <summary>Reads the request.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is not one; the message says why.</exception>
    internal static LaunchRequest Read()
    {
        if (ControlChannel.Read(Input, PrefixLength) is not { } prefix)
        {
            throw new InvalidDataException("standard input ended before the launch request");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (length is 0 or > MaxRequest)
        {
            throw new InvalidDataException($"a launch request of {length} bytes: at most {MaxRequest} are accepted");
        }

        if (ControlChannel.Read(Input, (int)length) is not { } bytes)
        {
            throw new InvalidDataException("standard input ended within the launch request");
        }

        try
        {
            var request = LaunchRequest.Parser.ParseFrom(bytes);
            return request.Secret.Length == SecretLength
                ? request
                : throw new InvalidDataException($"the launch request's secret is not {SecretLength} bytes");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("the launch request is not one", e);
        }
    }

    internal void Ready(LaunchReply reply) =>
        Log.Write(Log.Output, $"{marker} ready {Convert.ToBase64String(reply.ToByteArray())}");

    /// <summary>The controller speaks another version of the contract; this is ours.</summary>
    internal void OtherContract() => Log.Write(Log.Output, $"{marker} contract {ContractVersion.Current}");

    internal void Failed(string reason) => Log.Write(Log.Output, $"{marker} failed {reason}");
}
