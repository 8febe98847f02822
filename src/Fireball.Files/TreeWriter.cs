using Fireball.Posix;
using Fireball.Posix.Files;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>
/// The target's side of a copy: takes records in the order of the walk and makes files, directories and links of them,
/// by directory descriptors, never through a symbolic link below the target. A file appears whole, verified and with
/// its mode and time, or not at all; what was there before stays until then. A failed entry is reported by
/// <see cref="TakeFailures"/>, and the rest goes on.
/// </summary>
/// <remarks>
/// Blocking, for one thread at a time. Disposal before <see cref="Complete"/> abandons the copy: no temporary stays,
/// finished files do.
/// </remarks>
public sealed class TreeWriter : IDisposable
{
    private const uint OwnerOnly = 0x1c0; // 0700

    private readonly TreeWriterOptions _options;
    private readonly TargetRoot _root;
    private readonly TemporaryNames _temporaries;
    private readonly PendingFile _file;
    private readonly DirectoryStack<WrittenDirectory> _stack = new();
    private readonly FileSystemSync _sync = new();
    private readonly FileSummary _summary = new();
    private List<FileFailure> _failures = [];

    // The file whose records come now; _entry is null between entries. A failed one is _skipped to its end.
    private FileEntry? _entry;
    private ulong _number;
    private bool _skipping;
    private long _position;

    // The last directory that could not be made: what is below it is counted, not reported one by one.
    private byte[]? _failedDirectory;
    private bool _rootSeen;

    private TreeWriter(TreeWriterOptions options, TargetRoot root)
    {
        _options = options;
        _root = root;
        _temporaries = new TemporaryNames(options.Journal, options.Unnamed);
        _file = new PendingFile(_temporaries);
        if (options.IntoDirectory)
        {
            _rootSeen = true;
            Push(root.TakeExisting(), new WrittenDirectory([], root.Path, Entry: null));
        }
    }

    /// <summary>Opens the target's directory; nothing but missing parents is created yet.</summary>
    /// <exception cref="FileCopyException">The target cannot be written to at all.</exception>
    public static TreeWriter Open(TreeWriterOptions options) => new(options, TargetRoot.Open(options));

    /// <summary>Takes the next record.</summary>
    /// <exception cref="InvalidDataException">The records break the rules of file.proto; the copy is over.</exception>
    public void Write(FileRecord record)
    {
        if (record.Entry is { } entry)
        {
            if (_entry is not null)
            {
                throw new InvalidDataException("A file's records ended before its end.");
            }

            Begin(entry, record);
        }

        if (_entry is not null && record.Number != _number)
        {
            throw new InvalidDataException("A record belongs to no open entry.");
        }

        if (record.Data.Length > 0)
        {
            Data(record);
        }

        if (record.End is { } end)
        {
            End(end);
        }
    }

    /// <summary>The failures since the last call.</summary>
    public IReadOnlyList<FileFailure> TakeFailures()
    {
        if (_failures.Count == 0)
        {
            return [];
        }

        List<FileFailure> failures = _failures;
        _failures = [];
        return failures;
    }

    /// <summary>The stream has ended in order: directories get their modes and times, and all is synced to the disk.</summary>
    /// <exception cref="InvalidDataException">The stream ended inside a file.</exception>
    public FileSummary Complete()
    {
        if (_entry is not null)
        {
            throw new InvalidDataException($"The stream ended inside {TerminalText.Escape(_entry.Path.Span)}.");
        }

        while (_stack.Count > 0)
        {
            Leave();
        }

        int result = _options.Sync ? _sync.Sync() : 0;
        if (result < 0)
        {
            Fail([], result, "sync");
        }

        return _summary;
    }

    /// <summary>Abandons what is not complete.</summary>
    public void Dispose()
    {
        _file.Drop();
        while (_stack.Count > 0)
        {
            Leave();
        }

        _temporaries.Leave();
        _sync.Dispose();
        _root.Dispose();
        _stack.Dispose();
    }

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

    private void NoteFailedDirectory(ReadOnlySpan<byte> path)
    {
        if (_failedDirectory is null || !IsBelow(path, _failedDirectory))
        {
            _failedDirectory = path.ToArray();
        }
    }

    private void BeginFile(FileEntry entry, int directory, ReadOnlySpan<byte> name, byte[] directoryPath, bool small)
    {
        _entry = entry;
        // A large file is not transferred only to find that it has no place.
        int result = small ? 0 : PendingFile.Replaceable(directory, name);
        if (result >= 0)
        {
            result = _file.Open(directory, name, directoryPath);
        }

        if (result < 0)
        {
            SkipRest(result, "create");
        }
    }

    private void Data(FileRecord record)
    {
        if (_entry is null)
        {
            throw new InvalidDataException("Data for something that is not a file.");
        }

        if (record.Data.Length > CopyLimits.AcceptedData)
        {
            throw new InvalidDataException($"A record of {record.Data.Length} bytes; {CopyLimits.AcceptedData} are allowed.");
        }

        if (record.Offset > (ulong)(long.MaxValue - record.Data.Length) || (long)record.Offset < _position)
        {
            throw new InvalidDataException("A record's offset lies before the data already sent.");
        }

        _position = (long)record.Offset + record.Data.Length;
        if (!_skipping)
        {
            int result = _file.Write((long)record.Offset, record.Data.Span);
            if (result < 0)
            {
                SkipRest(result, "write");
            }
        }
    }

    private void End(FileEnd end)
    {
        if (_entry is not { } entry)
        {
            throw new InvalidDataException("An end without a file.");
        }

        _entry = null;
        if (_skipping)
        {
            return;
        }

        if (end.Error.Length > 0)
        {
            _file.Drop();
            Fail(entry.Path.Span, 0, "source: " + TerminalText.Escape(end.Error));
            return;
        }

        if (end.Size < (ulong)_position || end.Size > long.MaxValue)
        {
            _file.Drop();
            throw new InvalidDataException("A file's length is less than its data.");
        }

        if (!_file.Matches(end.Hash.Span))
        {
            _file.Drop();
            Fail(entry.Path.Span, 0, "the content's hash differs from the source's; the old file was kept");
            return;
        }

        bool single = entry.Path.IsEmpty;
        int directory = single ? _root.Parent : _stack.Top;
        int result = _file.Commit(entry, (long)end.Size, single && _options.Sync, out string step);
        if (result >= 0 && single && _options.Sync)
        {
            // The name, too, is on the disk when success is told.
            result = PosixFile.Sync(directory);
            step = "sync";
        }

        if (result < 0)
        {
            Fail(entry.Path.Span, result, step);
            return;
        }

        _summary.Files++;
        _summary.Bytes += (ulong)_file.Bytes;
    }

    private void MakeDirectory(FileEntry entry, int directory, ReadOnlySpan<byte> name)
    {
        // Ours alone and writable until all in it is there; its mode comes when it is left.
        int result = PosixFile.MakeDirectory(directory, name, OwnerOnly);
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
            result = PosixFile.SetModifiedAt(directory, name, entry.MtimeS, entry.MtimeNs);
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
            int result = PosixFile.ChangeMode(_stack.Top, entry.Mode & 0xFFF);
            if (result >= 0)
            {
                result = PosixFile.SetModified(_stack.Top, entry.MtimeS, entry.MtimeNs);
            }

            if (result < 0)
            {
                Fail(directory.Path, result, "set mode and time");
            }
        }

        _stack.Pop();
    }

    private void SkipRest(int result, string step)
    {
        _file.Drop();
        _skipping = true;
        Fail(_entry!.Path.Span, result, step);
    }

    private void Fail(ReadOnlySpan<byte> path, int result, string step)
    {
        _summary.Failed++;
        string reason = result switch
        {
            0 => step,
            -Errno.EISDIR => "is a directory, the source is not (EISDIR)",
            -Errno.EBUSY => $"{step}: is a device, a pipe, a socket or in use: not replaced (EBUSY)",
            _ => $"{step}: {Errno.Describe(-result)}",
        };
        _failures.Add(new FileFailure
        {
            Path = ByteString.CopyFrom(FullPath(path)),
            Errno = (uint)-result,
            Message = reason,
        });
    }

    private byte[] FullPath(ReadOnlySpan<byte> path) =>
        path.IsEmpty ? _root.Path : path[0] == (byte)'/' ? [.. _root.Path, (byte)'/', .. path]
            : PathBytes.Combine(_root.Path, path);

    private static bool IsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        path.StartsWith(directory)
        && (directory.IsEmpty ? !path.IsEmpty : path.Length > directory.Length && path[directory.Length] == (byte)'/');
}
