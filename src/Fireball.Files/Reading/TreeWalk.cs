using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Files;

// The walk itself, blocking: directories here, files in FileReading.
internal sealed class TreeWalk : IDisposable
{
    // Enough for some thousand short names a system call; arbitrary.
    private const int DirectoryBufferSize = 64 * 1024;

    // A link's target is at most PATH_MAX.
    private readonly byte[] _linkBuffer = new byte[PosixFile.MaxPathLength + 1];
    private readonly byte[] _directoryBuffer = new byte[DirectoryBufferSize];
    private readonly DirectoryStack<Listing> _stack = new();
    private readonly BatchBuilder _output;
    private readonly FileSummary _summary;
    private readonly CancellationToken _cancellationToken;
    private readonly FileReading _files;

    // Of the current source: where it is and what its entries' paths begin with.
    private TreeSource _source = new([], []);
    private ulong _number;

    public TreeWalk(BatchBuilder output, FileSummary summary, CancellationToken cancellationToken)
    {
        _output = output;
        _summary = summary;
        _cancellationToken = cancellationToken;
        _files = new FileReading(output, summary, cancellationToken);
    }

    public void Read(TreeSource source)
    {
        _source = source;
        ReadOnlySpan<byte> path = source.Path;
        int result = PosixFile.GetStatusAt(
            PosixFile.CurrentDirectory, path, source.Follows || source.ContentsOnly, out FileStatus status);
        if (result < 0)
        {
            Fail([], result, "");
            return;
        }

        if (source.ContentsOnly && status.Kind != FileKind.Directory)
        {
            Fail([], -Errno.ENOTDIR, "");
            return;
        }

        // A symbolic link that the user names with a trailing slash is followed, here only.
        OpenFlags follow = source.Follows || source.ContentsOnly ? OpenFlags.ReadOnly : OpenFlags.NoFollow;
        Visit(PosixFile.CurrentDirectory, path, source.Name, status.Kind, follow, source.ContentsOnly);
        while (_stack.Count > 0)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _output.FlushIfFull();
            Listing listing = _stack.TopValue;
            if (listing.Next == listing.Names.Count)
            {
                _stack.Pop();
                continue;
            }

            (byte[] name, FileKind kind) = listing.Names[listing.Next++];
            byte[] child = listing.Path.Length == 0 ? name : [.. listing.Path, (byte)'/', .. name];
            if (_stack.Top < 0)
            {
                Fail(child, _stack.Top, "");
                continue;
            }

            Visit(_stack.Top, name, child, kind, OpenFlags.NoFollow, contentsOnly: false);
        }
    }

    public void Dispose() => _stack.Dispose();

    private void Visit(
        int directory, ReadOnlySpan<byte> name, byte[] path, FileKind kind, OpenFlags follow, bool contentsOnly)
    {
        if (kind == FileKind.Unknown)
        {
            int result = PosixFile.GetStatusAt(directory, name, follow: false, out FileStatus status);
            if (result < 0)
            {
                Fail(path, result, "");
                return;
            }

            kind = status.Kind;
        }

        if (path.Length > CopyLimits.PathLength)
        {
            Fail(path, -Errno.ENAMETOOLONG, "");
            return;
        }

        switch (kind)
        {
            case FileKind.Regular:
                int error = _files.Read(directory, name, path, _number, out string step);
                if (error < 0)
                {
                    Fail(path, error, step);
                }
                else
                {
                    _number++;
                }

                break;
            case FileKind.Directory:
                Enter(directory, name, path, follow, contentsOnly);
                break;
            case FileKind.SymbolicLink:
                Link(directory, name, path);
                break;
            default:
                Refuse(path, kind);
                break;
        }
    }

    private void Enter(int directory, ReadOnlySpan<byte> name, byte[] path, OpenFlags follow, bool contentsOnly)
    {
        int fd = PosixFile.OpenAt(directory, name, OpenFlags.Directory | follow);
        if (fd < 0)
        {
            Fail(path, fd, "");
            return;
        }

        int result = PosixFile.GetStatus(fd, out FileStatus status);
        if (result < 0)
        {
            _ = PosixFile.Close(fd);
            Fail(path, result, "");
            return;
        }

        if (!contentsOnly)
        {
            FileEntry entry = NewEntry(path, FileEntry.Types.Type.Directory, status);
            _output.Add(new FileRecord { Number = _number++, Entry = entry });
            _summary.Directories++;
        }

        var listing = new Listing(path);
        result = listing.Fill(fd, _directoryBuffer);
        if (result < 0)
        {
            // What was listed so far is still copied.
            Fail(path, result, "list");
        }

        _stack.Push(fd, status, listing);
    }

    private void Link(int directory, ReadOnlySpan<byte> name, byte[] path)
    {
        int length = PosixFile.ReadLinkAt(directory, name, _linkBuffer);
        int result = PosixFile.GetStatusAt(directory, name, follow: false, out FileStatus status);
        result = length < 0 ? length : result;
        if (result < 0)
        {
            Fail(path, result, "");
            return;
        }

        FileEntry entry = NewEntry(path, FileEntry.Types.Type.Symlink, status);
        entry.Size = 0;
        entry.LinkTarget = ByteString.CopyFrom(_linkBuffer.AsSpan(0, length));
        _output.Add(new FileRecord { Number = _number++, Entry = entry });
        _summary.Symlinks++;
    }

    private void Refuse(byte[] path, FileKind kind)
    {
        string what = kind switch
        {
            FileKind.Fifo => "a named pipe",
            FileKind.Socket => "a socket",
            FileKind.CharacterDevice => "a character device",
            FileKind.BlockDevice => "a block device",
            _ => "not a file, directory or symbolic link",
        };
        AddFailure(path, 0, $"is {what}: not copied");
    }

    private void Fail(byte[] path, int result, string step) =>
        AddFailure(path, -result, step.Length == 0 ? Errno.Describe(-result) : $"{step}: {Errno.Describe(-result)}");

    private void AddFailure(byte[] path, int errno, string message)
    {
        _summary.Failed++;
        _output.Add(new FileFailure
        {
            Path = UnsafeByteOperations.UnsafeWrap(SourcePath(path)),
            ErrorNumber = (uint)errno,
            Message = message,
        });
    }

    // As the user wrote the source, then the path below it.
    private byte[] SourcePath(byte[] path)
    {
        ReadOnlySpan<byte> below = path.AsSpan(Math.Min(_source.Name.Length, path.Length)).TrimStart((byte)'/');
        return below.IsEmpty ? _source.Path : PathBytes.Combine(_source.Path, below);
    }

    internal static FileEntry NewEntry(byte[] path, FileEntry.Types.Type type, in FileStatus status) => new()
    {
        Path = UnsafeByteOperations.UnsafeWrap(path),
        Type = type,
        Mode = status.Permissions,
        ModifiedTime = new Timestamp { Seconds = status.ModifiedSeconds, Nanos = (int)status.ModifiedNanoseconds },
        Size = type == FileEntry.Types.Type.File ? (ulong)status.Size : 0,
    };

    // One directory's names, sorted by their bytes.
    private sealed class Listing(byte[] path)
    {
        public byte[] Path { get; } = path;

        public List<(byte[] Name, FileKind Kind)> Names { get; } = [];

        public int Next { get; set; }

        public int Fill(int fd, byte[] buffer)
        {
            int filled;
            while ((filled = PosixFile.ReadDirectory(fd, buffer)) > 0)
            {
                var entries = new DirectoryEntries(buffer.AsSpan(0, filled));
                while (entries.MoveNext())
                {
                    Names.Add((entries.Name.ToArray(), entries.Kind));
                }
            }

            Names.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
            return filled;
        }
    }
}
