using System.Text;

namespace Fireball.Files;

/// <summary>Paths as the kernel has them: bytes, not necessarily text.</summary>
public static class PathBytes
{
    /// <summary>The bytes of a path given as text (UTF-8).</summary>
    public static byte[] FromText(string path) => Encoding.UTF8.GetBytes(path);

    /// <summary>
    /// <paramref name="path"/> as seen from <paramref name="directory"/>: itself where it is absolute, the directory
    /// where it is empty.
    /// </summary>
    public static byte[] Combine(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path)
    {
        if (directory.IsEmpty || (!path.IsEmpty && path[0] == (byte)'/'))
        {
            return path.ToArray();
        }

        if (path.IsEmpty)
        {
            return directory.ToArray();
        }

        return directory[^1] == (byte)'/' ? [.. directory, .. path] : [.. directory, (byte)'/', .. path];
    }

    /// <summary>
    /// The last component, trailing slashes aside. Empty for "", "/" and paths that end in "." or "..", which name
    /// no entry.
    /// </summary>
    public static ReadOnlySpan<byte> LastComponent(ReadOnlySpan<byte> path)
    {
        path = path.TrimEnd((byte)'/');
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        return name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) ? [] : name;
    }

    /// <summary>What is before the last component: "." for one component, "/" directly below the root.</summary>
    public static ReadOnlySpan<byte> Directory(ReadOnlySpan<byte> path)
    {
        path = path.TrimEnd((byte)'/');
        int slash = path.LastIndexOf((byte)'/');
        if (slash < 0)
        {
            return "."u8;
        }

        ReadOnlySpan<byte> directory = path[..slash].TrimEnd((byte)'/');
        return directory.IsEmpty ? "/"u8 : directory;
    }
}
