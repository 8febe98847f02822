using System.Text;
using Fireball.Linux;

namespace Fireball.Files;

/// <summary>
/// Notes, in a directory that outlives the process, which directories hold temporaries of a copy under way, so that
/// <see cref="Sweep"/> removes them after a crash. One file a copy, named copy-TOKEN; in it the directories' paths,
/// each ended by a NUL. The temporaries' names begin with the same token.
/// </summary>
public sealed class TemporaryJournal(byte[] directory)
{
    // Hexadecimal digits of a GUID. On Linux its bits come from the kernel's generator: not to be guessed, so that a
    // sweep cannot hit another's file. (The framework's own generator would load OpenSSL.)
    private const int TokenLength = 32;

    /// <summary>
    /// Removes what copies that were killed left behind, and their notes. To be called by what cleans up after a
    /// process: with the directory given to the journal, while no copy of it runs. Never throws; what cannot be
    /// removed stays noted.
    /// </summary>
    /// <returns>How many temporaries were removed.</returns>
    public static int Sweep(PrivateDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        int fd = directory.Number;
        int removed = 0;
        foreach (byte[] name in Names(fd))
        {
            if (name.AsSpan().StartsWith("copy-"u8) && name.Length == 5 + TokenLength)
            {
                (int count, bool all) = SweepCopy(fd, name);
                removed += count;
                if (all)
                {
                    _ = PosixFile.Unlink(fd, name);
                }
            }
        }

        return removed;
    }

    internal static byte[] NewToken() => Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));

    internal static byte[] Prefix(ReadOnlySpan<byte> token) => [.. ".fireball-"u8, .. token, (byte)'-'];

    /// <summary>Notes that a directory is about to hold temporaries. A note that cannot be made changes nothing.</summary>
    internal void Enter(ReadOnlySpan<byte> token, ReadOnlySpan<byte> path)
    {
        int fd = PosixFile.OpenAt(
            PosixFile.CurrentDirectory,
            NotePath(token),
            OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create | OpenFlags.NoFollow,
            PermissionBits.PrivateFile);
        if (fd >= 0)
        {
            _ = PosixFile.AppendFully(fd, [.. path, (byte)0]);
            _ = PosixFile.Close(fd);
        }
    }

    /// <summary>The copy ended in order and left nothing.</summary>
    internal void Leave(ReadOnlySpan<byte> token) =>
        _ = PosixFile.Unlink(PosixFile.CurrentDirectory, NotePath(token));

    private static (int Removed, bool All) SweepCopy(int directory, byte[] note)
    {
        int fd = PosixFile.OpenAt(directory, note, OpenFlags.NoFollow);
        if (fd < 0)
        {
            return (0, false);
        }

        byte[] paths = [];
        if (PosixFile.GetStatus(fd, out FileStatus status) >= 0)
        {
            paths = new byte[Math.Min(status.Size, int.MaxValue / 2)];
            _ = PosixFile.ReadFully(fd, paths, 0);
        }

        _ = PosixFile.Close(fd);
        byte[] prefix = Prefix(note.AsSpan(5));
        int removed = 0;
        bool all = true;
        foreach (Range range in ((ReadOnlySpan<byte>)paths).Split((byte)0))
        {
            ReadOnlySpan<byte> path = paths.AsSpan(range);
            int target = path.IsEmpty
                ? -Errno.ENOENT
                : PosixFile.OpenAt(PosixFile.CurrentDirectory, path, OpenFlags.Directory);
            if (target < 0)
            {
                all &= target is -Errno.ENOENT or -Errno.ENOTDIR;
                continue;
            }

            foreach (byte[] name in Names(target))
            {
                if (name.AsSpan().StartsWith(prefix))
                {
                    int result = PosixFile.Unlink(target, name);
                    removed += result < 0 ? 0 : 1;
                    all &= result >= 0;
                }
            }

            _ = PosixFile.Close(target);
        }

        return (removed, all);
    }

    private static List<byte[]> Names(int fd)
    {
        var names = new List<byte[]>();
        byte[] buffer = new byte[16 * 1024];
        int filled;
        while ((filled = PosixFile.ReadDirectory(fd, buffer)) > 0)
        {
            var entries = new DirectoryEntries(buffer.AsSpan(0, filled));
            while (entries.MoveNext())
            {
                names.Add(entries.Name.ToArray());
            }
        }

        return names;
    }

    private byte[] NotePath(ReadOnlySpan<byte> token) => PathBytes.Combine(directory, [.. "copy-"u8, .. token]);
}
