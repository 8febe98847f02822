using System.Globalization;
using System.Text;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// An open directory that only this user may enter: no symbolic link, this user's, of mode 0700. What is done through it is
/// done to that directory, whatever comes to stand at its path meanwhile.
/// </summary>
public sealed class PrivateDirectory : IDisposable
{
    private readonly Descriptor _parent;
    private readonly Descriptor _directory;
    private readonly byte[] _name;

    private PrivateDirectory(string path, Descriptor parent, Descriptor directory, byte[] name) =>
        (Path, _parent, _directory, _name) = (path, parent, directory, name);

    /// <summary>Where it was when it was opened.</summary>
    public string Path { get; }

    /// <summary>Its descriptor, to open and list what is in it; open until this is disposed.</summary>
    public int Number => _directory.Number;

    /// <summary>Creates one. It must not exist: a planted one or a symbolic link is refused.</summary>
    /// <exception cref="PosixException">EEXIST, or why it cannot be created.</exception>
    public static PrivateDirectory Create(string path)
    {
        if (Make(path) is var error and not 0)
        {
            throw new PosixException(error, $"mkdir {path}");
        }

        return TryOpen(path, out string reason)
            ?? throw new PosixException(Errno.EPERM, $"mkdir {path}: what was made there {reason}");
    }

    /// <summary>
    /// For one with a fixed name that is kept between runs: makes it, or accepts the one that is there.
    /// </summary>
    /// <exception cref="IOException">It is not private, or could not be made; the message says which and what to do.</exception>
    public static void Ensure(string path)
    {
        switch (Make(path))
        {
            case 0:
                return;
            case Errno.EEXIST:
                if (WhyNotOwn(path) is { } reason)
                {
                    throw new IOException($"{path} {reason}; it may have been planted there: remove it, or set XDG_RUNTIME_DIR");
                }

                return;
            case var error:
                throw new PosixException(error, $"cannot make {path}");
        }
    }

    /// <summary>Opens one; null: it is not there, or not private.</summary>
    public static PrivateDirectory? TryOpen(string path) => TryOpen(path, out _);

    /// <summary>Why a path is not a private directory of this user, as the end of a sentence; null: it is one.</summary>
    public static string? WhyNotOwn(string path)
    {
        using PrivateDirectory? directory = TryOpen(path, out string reason);
        return directory is null ? reason : null;
    }

    /// <summary>The path of a name in it that leads through the descriptor, in this process alone. Needs /proc.</summary>
    public string PathOf(string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{Number}/{name}");

    /// <summary>
    /// Marks it as in use until this is disposed or the process ends, however it ends; false: it is marked already, through
    /// another descriptor.
    /// </summary>
    public bool TryLock() => FileLock.Lock(Number, LOCK_EX | LOCK_NB) == 0;

    /// <summary>Nothing in it has been made, renamed or removed for longer than this, by the wall clock.</summary>
    public bool IsOlderThan(TimeSpan age) => PosixFile.GetStatus(Number, out FileStatus status) >= 0
        && DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds) > age;

    /// <summary>Removes files, links and sockets in it by their names, as far as they are there, and then itself if it is empty.</summary>
    public void Remove(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _ = PosixFile.Unlink(Number, Encoding.UTF8.GetBytes(name));
        }

        _ = PosixFile.RemoveDirectory(_parent.Number, _name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _directory.Dispose();
        _parent.Dispose();
    }

    // The reason: the end of a sentence that begins with the path.
    private static PrivateDirectory? TryOpen(string path, out string reason)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        byte[] name = Encoding.UTF8.GetBytes(trimmed[(slash + 1)..]);
        string parentPath = slash switch { < 0 => ".", 0 => "/", _ => trimmed[..slash] };
        int opened = PosixFile.OpenAt(PosixFile.CurrentDirectory, Encoding.UTF8.GetBytes(parentPath), OpenFlags.Directory | OpenFlags.PathOnly);
        var parent = new Descriptor(opened);
        int found = opened < 0 ? opened : PosixFile.OpenAt(opened, name, OpenFlags.Directory | OpenFlags.NoFollow);
        var directory = new Descriptor(found);
        reason = WhyNot(opened, name, found);
        if (reason.Length == 0)
        {
            return new PrivateDirectory(path, parent, directory, name);
        }

        directory.Dispose();
        parent.Dispose();
        return null;
    }

    // Where it could not be opened, its name may tell why.
    private static string WhyNot(int parent, byte[] name, int directory)
    {
        int error = directory >= 0
            ? PosixFile.GetStatus(directory, out FileStatus status)
            : PosixFile.GetStatusAt(parent, name, follow: false, out status);
        if (error < 0)
        {
            return Errno.Describe(parent < 0 ? -parent : -error);
        }

        return status switch
        {
            { Kind: not FileKind.Directory } => "is not a directory",
            { UserId: var owner } when owner != PeerIdentity.OwnUserId => $"belongs to user {owner}",
            _ when (status.Permissions & PermissionBits.Others) != 0 => "is open to other users (chmod 700 it)",
            _ => directory < 0 ? Errno.Describe(-directory) : "",
        };
    }

    // 0, or the error number.
    private static int Make(string path) =>
        -PosixFile.MakeDirectory(PosixFile.CurrentDirectory, Encoding.UTF8.GetBytes(path), PermissionBits.PrivateDirectory);
}
