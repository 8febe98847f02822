using Fireball.Linux;

namespace Fireball.Files;

/// <summary>
/// The directories from the root of a walk down to where it is, by descriptor. Only the deepest ones are kept open; on
/// the way back a directory is reopened as ".." and must be the very one that was left.
/// </summary>
internal sealed class DirectoryStack<T> : IDisposable
{
    private readonly List<Frame> _frames = [];
    private int _shallowestClosed = 1;

    public int Count => _frames.Count;

    /// <summary>The deepest directory's descriptor, or a negated errno where it could not be reopened.</summary>
    public int Top => _frames[^1].Descriptor;

    public T TopValue => _frames[^1].Value;

    /// <summary>Takes over a descriptor.</summary>
    public void Push(int descriptor, in FileStatus status, T value)
    {
        _frames.Add(new Frame { Descriptor = descriptor, Status = status, Value = value });
        // The root stays open; of the others the deepest ones.
        int close = _frames.Count - CopyLimits.OpenDirectories;
        if (close >= _shallowestClosed && close < _frames.Count - 1)
        {
            _ = PosixFile.Close(_frames[close].Descriptor);
            _frames[close].Descriptor = Frame.Closed;
            _shallowestClosed = close + 1;
        }
    }

    /// <summary>Leaves the deepest directory.</summary>
    public void Pop()
    {
        Frame left = _frames[^1];
        _frames.RemoveAt(_frames.Count - 1);
        if (_frames.Count > 0 && _frames[^1].Descriptor == Frame.Closed)
        {
            _frames[^1].Descriptor = Reopen(left.Descriptor, _frames[^1].Status);
            _shallowestClosed = _frames.Count - 1;
        }

        if (left.Descriptor >= 0)
        {
            _ = PosixFile.Close(left.Descriptor);
        }
    }

    public void Dispose()
    {
        foreach (Frame frame in _frames)
        {
            if (frame.Descriptor >= 0)
            {
                _ = PosixFile.Close(frame.Descriptor);
            }
        }

        _frames.Clear();
    }

    private static int Reopen(int child, in FileStatus expected)
    {
        if (child < 0)
        {
            return child;
        }

        int parent = PosixFile.OpenAt(child, ".."u8, OpenFlags.Directory | OpenFlags.NoFollow);
        if (parent < 0)
        {
            return parent;
        }

        int result = PosixFile.GetStatus(parent, out FileStatus status);
        if (result >= 0 && status.IsSameFile(expected))
        {
            return parent;
        }

        _ = PosixFile.Close(parent);
        // The directory was moved meanwhile; what is above it now is not ours to touch.
        return result < 0 ? result : -Errno.ESTALE;
    }

    private sealed class Frame
    {
        public const int Closed = int.MinValue;

        public required int Descriptor { get; set; }

        public required FileStatus Status { get; init; }

        public required T Value { get; init; }
    }
}
