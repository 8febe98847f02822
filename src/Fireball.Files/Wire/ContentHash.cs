using System.Buffers.Binary;
using System.IO.Hashing;

namespace Fireball.Files;

/// <summary>
/// The hash of one file's data as it was cut into records: XXH128 over, for each record, the offset (8 bytes, least
/// significant first) and the data (file.proto, FileEnd.hash). For one thread at a time.
/// </summary>
public sealed class ContentHash
{
    /// <summary>Bytes of the result.</summary>
    public const int Size = 16;

    private readonly XxHash128 _hash = new();

    /// <summary>One record with data, in the order in which they come.</summary>
    public void Append(long offset, ReadOnlySpan<byte> data)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, offset);
        _hash.Append(prefix);
        _hash.Append(data);
    }

    /// <summary>Writes the result, <see cref="Size"/> bytes, and starts over.</summary>
    public void Finish(Span<byte> result) => _hash.GetHashAndReset(result);

    /// <summary>Starts over.</summary>
    public void Reset() => _hash.Reset();
}
