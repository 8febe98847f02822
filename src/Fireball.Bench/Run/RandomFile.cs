namespace Fireball.Bench;

/// <summary>Bytes that do not compress, the same in every run.</summary>
internal static class RandomFile
{
    private const int ChunkBytes = 1 << 20;
    private const int Seed = 1;

    /// <summary>So many of them.</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A file of them.</summary>
    public static void Write(string path, long count)
    {
        var random = new Random(Seed);
        byte[] chunk = new byte[ChunkBytes];
        using FileStream file = File.Create(path);
        while (count > 0)
        {
            random.NextBytes(chunk);
            int part = (int)Math.Min(count, chunk.Length);
            file.Write(chunk.AsSpan(0, part));
            count -= part;
        }
    }
}
