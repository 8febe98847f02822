using Fireball.Linux;
using Fireball.V1;

namespace Fireball.Files;

/// <content>The directories that are open now, from the target down to where the walk is.</content>
public sealed partial class TreeWriter
{
    private void MakeDirectory(FileEntry entry, int directory, ReadOnlySpan<byte> name)
    {
        // Ours alone and writable until all in it is there; its mode comes when it is left.
        int result = PosixFile.MakeDirectory(directory, name, PermissionBits.PrivateDirectory);
        int fd = result is >= 0 or -Errno.EEXIST
            ? PosixFile.OpenAt(directory, name, OpenFlags.Directory | OpenFlags.NoFollow)
            : result;
        if (fd < 0)
        {
            string step = result == -Errno.EEXIST ? "what is there is not a directory" : "create directory";
            Fail(entry.Path.Span, fd, step);
            NoteFailedDirectory(entry.Path.Span);
            return;
        }

        byte[] path = entry.Path.ToByteArray();
        Push(fd, new WrittenDirectory(path, FullPath(path), entry));
        _summary.Directories++;
    }

    private void Push(int fd, WrittenDirectory directory)
    {
        _ = PosixFile.GetStatus(fd, out FileStatus status);
        _sync.Add(fd, status);
        _stack.Push(fd, status, directory);
    }

    // All of a directory is there: now it gets its mode and time.
    private void Leave()
    {
        WrittenDirectory directory = _stack.TopValue;
        if (directory.Entry is { } entry && _stack.Top >= 0)
        {
            int result = PosixFile.ChangeMode(_stack.Top, entry.Mode & PermissionBits.All);
            if (result >= 0)
            {
                result = PosixFile.SetModified(_stack.Top, entry.ModifiedSeconds, entry.ModifiedNanoseconds);
            }

            if (result < 0)
            {
                Fail(directory.Path, result, "set mode and time");
            }
        }

        _stack.Pop();
    }

    private void NoteFailedDirectory(ReadOnlySpan<byte> path)
    {
        if (_failedDirectory is null || !IsBelow(path, _failedDirectory))
        {
            _failedDirectory = path.ToArray();
        }
    }
}
