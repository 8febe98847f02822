using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.Net;

/// <summary>What stands before each message, gRPC over HTTP/2 "Length-Prefixed-Message".</summary>
/// <remarks>
/// <code>
/// offset  size  field
///      0     1  Compressed-Flag: 00 identity, 01 as grpc-encoding says
///      1     4  Message-Length: unsigned, big endian
///      5        Message
/// </code>
/// </remarks>
internal readonly record struct MessagePrefix(bool Compressed, uint Length)
{
    public const int Size = 5;

    /// <summary>Writes the prefix into the first <see cref="Size"/> bytes.</summary>
    public static void Write(Span<byte> destination, bool compressed, int length)
    {
        destination[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)length);
    }

    /// <summary>Parses the prefix at the start of the input, whatever its segments.</summary>
    /// <exception cref="ProtocolException">The flag is neither 0 nor 1.</exception>
    public static bool TryRead(in ReadOnlySequence<byte> input, out MessagePrefix prefix)
    {
        if (input.FirstSpan.Length >= Size)
        {
            prefix = Parse(input.FirstSpan);
            return true;
        }

        if (input.Length < Size)
        {
            prefix = default;
            return false;
        }

        Span<byte> bytes = stackalloc byte[Size];
        input.Slice(0, Size).CopyTo(bytes);
        prefix = Parse(bytes);
        return true;
    }

    /// <summary>Parses the first <see cref="Size"/> bytes.</summary>
    /// <exception cref="ProtocolException">The flag is neither 0 nor 1.</exception>
    public static MessagePrefix Parse(ReadOnlySpan<byte> input) => input[0] > 1
        ? throw new ProtocolException($"The message's compressed flag is {input[0]}, neither 0 nor 1.")
        : new MessagePrefix(input[0] == 1, BinaryPrimitives.ReadUInt32BigEndian(input[1..Size]));
}
