using System.Text;
using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>Reads ssh's standard error to its end and keeps the last lines. Thread-safe.</summary>
internal sealed class ErrorLines
{
    /// <summary>How many lines are kept: a changed host key takes 14; rc files may add theirs.</summary>
    private const int MaxLines = 64;

    /// <summary>The longest line kept, bytes; arbitrary.</summary>
    private const int MaxLine = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private bool _ended;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ErrorLines(Stream stream, Action onActivity) => Completion = ReadAsync(stream, onActivity);

    /// <summary>Completes, never faulted, at the end of the stream.</summary>
    internal Task Completion { get; }

    /// <summary>The lines kept, oldest first.</summary>
    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return _lines.ToArray();
            }
        }
    }

    /// <summary>The first line kept that fits, waiting for it; null: none came.</summary>
    internal async Task<string?> FindAsync(Predicate<string> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_lines.FirstOrDefault(line => fits(line)) is { } found)
                {
                    return found;
                }

                if (_ended)
                {
                    return null;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    private async Task ReadAsync(Stream stream, Action onActivity)
    {
        byte[] buffer = new byte[MaxLine];
        int length = 0;
        try
        {
            while (true)
            {
                int count = await stream.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                onActivity();
                length = Split(buffer, length + count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed by us.
        }

        if (length > 0)
        {
            Add(buffer.AsSpan(0, length));
        }

        Signal(ended: true);
    }

    private int Split(byte[] buffer, int length)
    {
        var rest = buffer.AsSpan(0, length);
        for (int end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            Add(rest[..end]);
            rest = rest[(end + 1)..];
        }

        if (rest.Length == buffer.Length)
        {
            Add(rest);
            return 0;
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        string line = Printable.Line(Encoding.UTF8.GetString(bytes).AsSpan().Trim());
        if (line.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }

        Signal();
    }

    private void Signal(bool ended = false)
    {
        TaskCompletionSource previous;
        lock (_gate)
        {
            _ended |= ended;
            previous = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        previous.SetResult();
    }
}
