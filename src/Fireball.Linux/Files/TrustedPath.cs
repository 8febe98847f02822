using System.Text;

namespace Fireball.Linux;

/// <summary>
/// Whether a path can be relied on: another user who may rename or replace any directory on the way to it decides what lies
/// there. As sshd's StrictModes asks it of the way to authorized_keys.
/// </summary>
public static class TrustedPath
{
    /// <summary>
    /// Why a file or directory cannot be relied on, as a sentence; null: it and each directory above it belong to this user or
    /// root, and no other user may write to them, or only add names (the sticky bit, as /tmp has it).
    /// </summary>
    /// <param name="path">Absolute; symbolic links on the way are followed as the kernel follows them, and have to be of this user or root too.</param>
    public static string? WhyNot(string path) => WhyNot(path, 0, PeerIdentity.OwnUserId);

    /// <summary>
    /// The same from a directory on that is relied on already, and so is its owner: a program's own directory, when the program
    /// runs.
    /// </summary>
    /// <param name="path">Absolute.</param>
    /// <param name="directory">What <paramref name="path"/> begins with; without a slash at its end.</param>
    public static string? WhyNotBelow(string directory, string path)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return PosixFile.GetStatusAt(PosixFile.CurrentDirectory, Encoding.UTF8.GetBytes(directory), follow: true, out FileStatus status) is var error and < 0
            ? $"{directory}: {Errno.Describe(-error)}"
            : WhyNot(path, directory.Length, status.UserId);
    }

    private static string? WhyNot(string path, int from, uint owner)
    {
        int end = from;
        while (end < path.Length)
        {
            int next = path.IndexOf('/', end + 1);
            end = next < 0 ? path.Length : next;
            if (WhyNotOne(path[..end], owner) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private static string? WhyNotOne(string path, uint owner)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        foreach (bool follow in new[] { false, true })
        {
            if (PosixFile.GetStatusAt(PosixFile.CurrentDirectory, name, follow, out FileStatus status) is var error and < 0)
            {
                return $"{path}: {Errno.Describe(-error)}";
            }

            if (status.UserId != 0 && status.UserId != PeerIdentity.OwnUserId && status.UserId != owner)
            {
                return $"{path} belongs to user {status.UserId}";
            }

            bool onlyAdds = status.Kind == FileKind.Directory && (status.Permissions & PermissionBits.Sticky) != 0;
            if (follow && (status.Permissions & PermissionBits.WriteByOthers) != 0 && !onlyAdds)
            {
                return $"other users may write to {path}";
            }
        }

        return null;
    }
}
