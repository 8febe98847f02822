using System.Buffers.Binary;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Ssh.Tests;

/// <summary>A launch request for scripts run without ssh.</summary>
internal static class TestRequest
{
    public const string Marker = "fireball-0123456789abcdef";

    public static byte[] Create(string directory)
    {
        var request = new LaunchRequest
        {
            Secret = ByteString.CopyFrom(new byte[32]),
            Directory = ByteString.CopyFromUtf8(directory + Guid.NewGuid().ToString("N")),
            Lease = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)),
            IdleLimit = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)),
            Contract = ContractVersion.Current,
        };
        byte[] bytes = new byte[4 + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        request.WriteTo(bytes.AsSpan(4));
        return bytes;
    }
}
