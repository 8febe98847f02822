using System.Buffers.Binary;
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

    private const string CompressedSuffix = ".gz";

    // A gzip member's header and trailer (RFC 1952, 2.3).
    private const int MinCompressed = 10 + 8;

    /// <summary>
    /// Reads an executable, and its compressed form from the file beside it ("fireball-agent.gz") where that one is not
    /// older and holds the same size; otherwise compresses it here.
    /// </summary>
    /// <exception cref="IOException">It cannot be read, is empty or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static AgentImage Load(string path)
    {
        byte[] content = Read(path);
        return new AgentImage(HashOf(content), content.Length, ReadCompressed(path, content.Length) ?? Compress(content));
    }

    /// <summary>The same, where it has to be the one that the program was built with.</summary>
    /// <param name="path">The executable; its compressed form is beside it.</param>
    /// <param name="platform">What it runs on.</param>
    /// <param name="manifest">The program's.</param>
    /// <exception cref="IOException">It is not, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static AgentImage Load(string path, AgentPlatform platform, AgentManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        string name = Path.GetFileName(path);
        string compressedPath = path + CompressedSuffix;
        if (manifest.HashOf(platform, name) is not { } hash)
        {
            throw new IOException($"{path}: this program was built without it; build both with tools/build");
        }

        // What is sent is compared; what it unpacks to was, when the two were built.
        if (manifest.HashOf(platform, name + CompressedSuffix) is { } compressedHash && File.Exists(compressedPath))
        {
            byte[] compressed = Read(compressedPath);
            return HashOf(compressed) == compressedHash ? new AgentImage(hash, UnpackedSize(compressed), compressed) : throw Other(compressedPath);
        }

        byte[] content = Read(path);
        return HashOf(content) == hash ? new AgentImage(hash, content.Length, Compress(content)) : throw Other(path);
    }

    private static IOException Other(string path) =>
        new($"{path} is not what this program was built with; build both with tools/build, or take the agents that came with it");

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(Sha256.Hash(content));

    private static byte[] Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long length = new FileInfo(path).Length;
        return length is 0 or > MaxSize ? throw new IOException($"{path} is no agent: {length} bytes") : File.ReadAllBytes(path);
    }

    // The last four bytes of a gzip member are the size of its content modulo 2^32 (RFC 1952, 2.3.1). What is inside
    // is checked on the target, by hash.
    private static byte[]? ReadCompressed(string path, int size)
    {
        string beside = path + CompressedSuffix;
        if (!File.Exists(beside) || File.GetLastWriteTimeUtc(beside) < File.GetLastWriteTimeUtc(path))
        {
            return null;
        }

        byte[] compressed = File.ReadAllBytes(beside);
        return compressed.Length > MinCompressed && UnpackedSize(compressed) == size ? compressed : null;
    }

    private static uint UnpackedSize(byte[] compressed) => BinaryPrimitives.ReadUInt32LittleEndian(compressed.AsSpan()[^sizeof(uint)..]);

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
