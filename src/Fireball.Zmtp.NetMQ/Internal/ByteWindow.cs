namespace Fireball.Zmtp.NetMQ;

/// <summary>How much may be under way between one who adds and one who takes, in bytes; the one who adds waits.</summary>
internal sealed class ByteWindow(long limit)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private long _used;
    private bool _open;

    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _used >= limit && !_open;
            }
        }
    }

    public void Add(long bytes)
    {
        lock (_gate)
        {
            _used += bytes;
        }
    }

    public void Take(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            Release();
        }
    }

    /// <summary>Holds no writer up any more.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _open = true;
            Release();
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_used < limit || _open)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    // Called under the lock. At the half: not for each message.
    private void Release()
    {
        if (_room is not null && (_open || _used <= limit / 2))
        {
            _room.SetResult();
            _room = null;
        }
    }
}
