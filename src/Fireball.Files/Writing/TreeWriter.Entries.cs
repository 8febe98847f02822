using Fireball.Linux;
using Fireball.V1;

namespace Fireball.Files;

/// <content>Where an entry goes, and what is made of it at once.</content>
public sealed partial class TreeWriter
{
    private void Begin(FileEntry entry, FileRecord record)
    {
        _number = record.Number;
        _skipping = false;
        _position = 0;
        if (!TryPlace(entry, out int directory, out ReadOnlySpan<byte> name, out byte[] directoryPath))
        {
            Skip(entry);
            return;
        }

        switch (entry.Type)
        {
            case FileEntry.Types.Type.File:
                BeginFile(entry, directory, name, directoryPath, small: record.End is not null);
                break;
            case FileEntry.Types.Type.Directory:
                MakeDirectory(entry, directory, name);
                break;
            case FileEntry.Types.Type.Symlink:
                MakeLink(entry, directory, name, directoryPath);
                break;
            default:
                Fail(entry.Path.Span, 0, "is not a file, directory or symbolic link: not copied");
                break;
        }
    }

    // Where an entry goes: an open directory and a name in it. False: it goes nowhere, and that has been reported.
    private bool TryPlace(FileEntry entry, out int directory, out ReadOnlySpan<byte> name, out byte[] directoryPath)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        directory = -1;
        directoryPath = [];
        name = [];
        if (!_rootSeen)
        {
            _rootSeen = true;
            if (path.IsEmpty)
            {
                return TryPlaceRoot(entry, out directory, out name, out directoryPath);
            }
        }

        if (EntryPath.Check(path, out int directoryLength, out name) is { } wrong)
        {
            Fail(path, 0, $"refused: {wrong}");
            return false;
        }

        ReadOnlySpan<byte> parent = path[..directoryLength];
        while (_stack.Count > 0 && !_stack.TopValue.Path.AsSpan().SequenceEqual(parent)
            && !IsBelow(parent, _stack.TopValue.Path))
        {
            Leave();
        }

        if (_stack.Count == 0 || !_stack.TopValue.Path.AsSpan().SequenceEqual(parent))
        {
            if (_failedDirectory is { } failed && (parent.SequenceEqual(failed) || IsBelow(parent, failed)))
            {
                _summary.Failed++;
            }
            else
            {
                Fail(path, 0, "refused: its directory is not part of this copy");
            }

            return false;
        }

        directory = _stack.Top;
        directoryPath = _stack.TopValue.FullPath;
        if (directory < 0)
        {
            Fail(path, directory, "directory");
            return false;
        }

        return true;
    }

    private bool TryPlaceRoot(
        FileEntry entry, out int directory, out ReadOnlySpan<byte> name, out byte[] directoryPath)
    {
        directory = _root.Parent;
        name = _root.Name;
        directoryPath = PathBytes.Directory(_root.Path).ToArray();
        if (WhyNotRoot(entry.Type) is { } refusal)
        {
            Fail([], 0, refusal);
            return false;
        }

        if (_root.Existing < 0)
        {
            return true;
        }

        if (entry.Type == FileEntry.Types.Type.Directory)
        {
            // Its mode and time are its owner's choice, not the source's.
            Push(_root.TakeExisting(), new WrittenDirectory([], _root.Path, Entry: null));
            _summary.Directories++;
        }
        else
        {
            Fail([], -Errno.EISDIR, "the source is not a directory, the target is");
        }

        return false;
    }

    private string? WhyNotRoot(FileEntry.Types.Type type) => _options.Root switch
    {
        RootRule.Directory when type != FileEntry.Types.Type.Directory => "the source is not a directory",
        RootRule.NoLinkAsTarget when type == FileEntry.Types.Type.Symlink && !_root.IsInside =>
            "the source is a symbolic link: it is copied into a directory that is there, and never becomes the target itself",
        _ => null,
    };

    private void Skip(FileEntry entry)
    {
        if (entry.Type == FileEntry.Types.Type.File)
        {
            _entry = entry;
            _skipping = true;
        }
        else if (entry.Type == FileEntry.Types.Type.Directory
            && (_stack.Count == 0 || !entry.Path.Span.SequenceEqual(_stack.TopValue.Path)))
        {
            NoteFailedDirectory(entry.Path.Span);
        }
    }

    private void MakeLink(FileEntry entry, int directory, ReadOnlySpan<byte> name, byte[] directoryPath)
    {
        ReadOnlySpan<byte> target = entry.LinkTarget.Span;
        if (target.IsEmpty || target.Contains((byte)0))
        {
            Fail(entry.Path.Span, 0, "refused: a symbolic link to an empty name or one that holds a NUL");
            return;
        }

        int result = PosixFile.SymlinkAt(target, directory, name);
        if (result == -Errno.EEXIST)
        {
            result = ReplaceByLink(target, directory, name, directoryPath);
        }

        if (result >= 0)
        {
            result = PosixFile.SetModifiedAt(directory, name, entry.ModifiedSeconds, entry.ModifiedNanoseconds);
        }

        if (result < 0)
        {
            Fail(entry.Path.Span, result, "link");
            return;
        }

        _summary.Symlinks++;
    }

    private int ReplaceByLink(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> name, byte[] directoryPath)
    {
        int result = PendingFile.Replaceable(directory, name);
        if (result < 0)
        {
            return result;
        }

        byte[] temporary = _temporaries.Next(directoryPath);
        result = PosixFile.SymlinkAt(target, directory, temporary);
        if (result >= 0)
        {
            result = PosixFile.Rename(directory, temporary, name);
            if (result < 0)
            {
                _ = PosixFile.Unlink(directory, temporary);
            }
        }

        return result;
    }
}
