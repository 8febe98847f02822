using Fireball.Linux;

namespace Fireball.Files;

// Where the first entry goes: a name in an open directory, or an existing directory that is merged into.
internal sealed class TargetRoot : IDisposable
{
    private TargetRoot(int parent, byte[] name, int existing, byte[] path, bool isInside = false)
    {
        IsInside = isInside;
        Parent = parent;
        Name = name;
        Existing = existing;
        Path = path;
    }

    /// <summary>The directory that holds <see cref="Name"/>; below zero where <see cref="Existing"/> is given.</summary>
    public int Parent { get; }

    public byte[] Name { get; }

    /// <summary>The target itself, where it is a directory already and itself becomes the copy; else below zero.</summary>
    public int Existing { get; private set; }

    /// <summary>It is a name in the target, which is a directory, and not the target itself.</summary>
    public bool IsInside { get; }

    /// <summary>What the root is called, for messages and the journal.</summary>
    public byte[] Path { get; }

    /// <summary>Finds the place; creates missing parents where that is asked for.</summary>
    /// <exception cref="FileCopyException">The target's directory cannot be had.</exception>
    public static TargetRoot Open(TreeWriterOptions options)
    {
        ReadOnlySpan<byte> target = options.Target;
        if (target.IsEmpty || target.Contains((byte)0))
        {
            throw new FileCopyException(options.Target, Errno.EINVAL, "The target's name is empty or holds a NUL.");
        }

        if (!options.IntoDirectory && options.Name.Length > 0
            && (EntryPath.Check(options.Name, out int slash, out _) is not null || slash > 0))
        {
            throw new FileCopyException(
                options.Name, Errno.EINVAL, $"{TerminalText.EscapePath(options.Name)}: not a name for a copy");
        }

        int fd = PosixFile.OpenAt(PosixFile.CurrentDirectory, target, OpenFlags.Directory);
        if (fd >= 0)
        {
            return options.IntoDirectory || options.Name.Length == 0
                ? new TargetRoot(-1, [], fd, options.Target)
                : new TargetRoot(fd, options.Name, -1, PathBytes.Combine(target, options.Name), isInside: true);
        }

        bool missing = fd == -Errno.ENOENT;
        if (!missing && fd != -Errno.ENOTDIR)
        {
            throw FileCopyException.FromErrno(target, fd);
        }

        if (!missing && (options.IntoDirectory || target[^1] == (byte)'/'))
        {
            throw FileCopyException.FromErrno(target, fd);
        }

        ReadOnlySpan<byte> name = PathBytes.LastComponent(target);
        if (name.IsEmpty)
        {
            throw FileCopyException.FromErrno(target, fd);
        }

        int parent = OpenParent(PathBytes.Directory(target), options.MakeParents);
        if (!options.IntoDirectory)
        {
            return new TargetRoot(parent, name.ToArray(), -1, options.Target);
        }

        int created = PosixFile.MakeDirectory(parent, name, PermissionBits.Access); // Less the umask.
        int into = created < 0 ? created : PosixFile.OpenAt(parent, name, OpenFlags.Directory | OpenFlags.NoFollow);
        _ = PosixFile.Close(parent);
        return into < 0 ? throw FileCopyException.FromErrno(target, into) : new TargetRoot(-1, [], into, options.Target);
    }

    /// <summary>Hands over <see cref="Existing"/>.</summary>
    public int TakeExisting()
    {
        int fd = Existing;
        Existing = -1;
        return fd;
    }

    public void Dispose()
    {
        if (Parent >= 0)
        {
            _ = PosixFile.Close(Parent);
        }

        if (Existing >= 0)
        {
            _ = PosixFile.Close(TakeExisting());
        }
    }

    private static int OpenParent(ReadOnlySpan<byte> path, bool make)
    {
        int fd = PosixFile.OpenAt(PosixFile.CurrentDirectory, path, OpenFlags.Directory);
        if (fd == -Errno.ENOENT && make)
        {
            fd = MakeParents(path);
        }

        return fd < 0 ? throw FileCopyException.FromErrno(path, fd) : fd;
    }

    private static int MakeParents(ReadOnlySpan<byte> path)
    {
        int fd = PosixFile.OpenAt(
            PosixFile.CurrentDirectory, path[0] == (byte)'/' ? "/"u8 : "."u8, OpenFlags.Directory);
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> component = path[range];
            if (fd < 0 || component.IsEmpty)
            {
                continue;
            }

            int result = PosixFile.MakeDirectory(fd, component, PermissionBits.Access); // Less the umask.
            int next = result is >= 0 or -Errno.EEXIST
                ? PosixFile.OpenAt(fd, component, OpenFlags.Directory)
                : result;
            _ = PosixFile.Close(fd);
            fd = next;
        }

        return fd;
    }
}
