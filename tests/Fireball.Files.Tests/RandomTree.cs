using Fireball.Linux;

namespace Fireball.Files.Tests;

/// <summary>Seeded random trees of files, links, holes, odd names and modes.</summary>
internal static class RandomTree
{
    public static void Make(string root, Random random)
    {
        byte[] path = PathBytes.FromText(root);
        Directory.CreateDirectory(root);
        Fill(path, random, depth: 0);
    }

    private static void Fill(byte[] directory, Random random, int depth)
    {
        int count = random.Next(depth == 0 ? 5 : 0, 12);
        for (int i = 0; i < count; i++)
        {
            byte[] path = [.. directory, (byte)'/', .. Name(random, i)];
            switch (random.Next(6))
            {
                case 0 when depth < 4:
                    Assert.Equal(0, PosixFile.MakeDirectory(PosixFile.CurrentDirectory, path, 0x1c0));
                    Fill(path, random, depth + 1);
                    SetDirectory(path, random);
                    break;
                case 1:
                    byte[] target = Name(random, i);
                    Assert.Equal(0, PosixFile.SymlinkAt(target, PosixFile.CurrentDirectory, path));
                    Assert.Equal(0, PosixFile.SetModifiedAt(PosixFile.CurrentDirectory, path, random.Next(), 5));
                    break;
                case 2:
                    File(path, random, random.Next(60_000, 700_000), holes: true);
                    break;
                default:
                    File(path, random, random.Next(3) == 0 ? random.Next(200_000) : random.Next(5_000), holes: false);
                    break;
            }
        }
    }

    private static void File(byte[] path, Random random, int size, bool holes)
    {
        int fd = PosixFile.OpenAt(
            PosixFile.CurrentDirectory, path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180);
        Assert.True(fd >= 0, $"{fd}");
        byte[] data = new byte[size];
        random.NextBytes(data);
        for (int at = 0; at < size;)
        {
            int length = Math.Min(random.Next(1, 100_000), size - at);
            if (!holes || random.Next(2) == 0)
            {
                Assert.Equal(0, PosixFile.WriteFully(fd, data.AsSpan(at, length), at));
            }

            at += length;
        }

        Assert.Equal(0, PosixFile.Truncate(fd, size));
        // Readable, so that the test can compare it also without root.
        Assert.Equal(0, PosixFile.ChangeMode(fd, (uint)random.Next(0x1000) | 0x100));
        Assert.Equal(0, PosixFile.SetModified(fd, random.Next(), (uint)random.Next(1_000_000_000)));
        _ = PosixFile.Close(fd);
    }

    private static void SetDirectory(byte[] path, Random random)
    {
        int fd = PosixFile.OpenAt(PosixFile.CurrentDirectory, path, OpenFlags.Directory);
        Assert.Equal(0, PosixFile.ChangeMode(fd, (uint)random.Next(0x1000) | 0x1c0));
        Assert.Equal(0, PosixFile.SetModified(fd, random.Next(), (uint)random.Next(1_000_000_000)));
        _ = PosixFile.Close(fd);
    }

    // Any byte but NUL and '/'; the index makes it unique.
    private static byte[] Name(Random random, int index)
    {
        byte[] name = new byte[random.Next(1, 40)];
        for (int i = 0; i < name.Length; i++)
        {
            do
            {
                name[i] = (byte)random.Next(1, 256);
            }
            while (name[i] == '/');
        }

        return [.. name, .. PathBytes.FromText("-" + index)];
    }
}
