using System.IO.Compression;

using Fireball.Proof;

namespace Fireball.Deploy;

/// <summary>An agent executable as it is sent: compressed, and named by the hash of its content.</summary>
/// <param name="Hash">SHA-256 of the executable, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Size of the executable, bytes.</param>
/// <param name="Compressed">The executable in gzip format.</param>
public sealed record AgentImage(string Hash, long Size, ReadOnlyMemory<byte> Compressed)
{
    /// <summary>An executable larger than this is none of ours, bytes; agents are about 5 MB.</summary>
    private const long MaxSize = 64 << 20;

    /// <summary>
    /// Reads an executable, and its compressed form from the file beside it ("fireball-agent.gz") where that one is not
    /// older and holds the same size; otherwise compresses it here.
    /// </summary>
    /// <exception cref="IOException">It cannot be read, is empty or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static AgentImage Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long length = new FileInfo(path).Length;
        if (length is 0 or > MaxSize)
        {
            throw new IOException($"{path} is no agent: {length} bytes");
        }

        byte[] content = File.ReadAllBytes(path);
        string hash = Convert.ToHexStringLower(Sha256.Hash(content));
        return new AgentImage(hash, content.Length, ReadCompressed(path, content.Length) ?? Compress(content));
    }

    // The last four bytes of a gzip member are the size of its content modulo 2^32 (RFC 1952, 2.3.1). What is inside
    // is checked on the target, by hash.
    private static byte[]? ReadCompressed(string path, int size)
    {
        string beside = path + ".gz";
        if (!File.Exists(beside) || File.GetLastWriteTimeUtc(beside) < File.GetLastWriteTimeUtc(path))
        {
            return null;
        }

        byte[] compressed = File.ReadAllBytes(beside);
        return compressed.Length > 18 && BitConverter.ToUInt32(compressed.AsSpan()[^4..]) == size ? compressed : null;
    }

    private static byte[] Compress(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }
}
