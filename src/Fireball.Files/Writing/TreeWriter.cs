using Fireball.Linux;
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
public sealed partial class TreeWriter : IDisposable
{
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
        _file = new PendingFile(_temporaries, options.Sync);
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
            throw new InvalidDataException($"The stream ended inside {TerminalText.EscapePath(_entry.Path.Span)}.");
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
            ErrorNumber = (uint)-result,
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
