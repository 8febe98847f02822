namespace Fireball.Rpc;

/// <summary>How many bytes one side may still send in a call, and the writer that waits for more.</summary>
internal sealed class SendCredit(long initial)
{
    private readonly Lock _gate = new();
    private long _credit = initial;
    private Exception? _ended;
    private TaskCompletionSource? _waiter;

    /// <summary>A payload may be sent now.</summary>
    internal bool Available
    {
        get
        {
            lock (_gate)
            {
                return _credit > 0 && _ended is null;
            }
        }
    }

    /// <summary>Takes the cost of a payload of <paramref name="length"/> bytes.</summary>
    internal void Take(int length)
    {
        lock (_gate)
        {
            _credit -= length + Limits.PayloadOverhead;
        }
    }

    /// <summary>Takes credit the peer gave.</summary>
    /// <exception cref="RpcProtocolException">More credit than an honest peer gives.</exception>
    internal void Add(uint bytes)
    {
        TaskCompletionSource? waiter = null;
        lock (_gate)
        {
            _credit += bytes;
            if (_credit > Limits.MaxCredit)
            {
                throw new RpcProtocolException($"credit of {_credit} bytes is over the limit of {Limits.MaxCredit} bytes");
            }

            if (_credit > 0)
            {
                (waiter, _waiter) = (_waiter, null);
            }
        }

        waiter?.TrySetResult();
    }

    /// <summary>Nothing more can be sent; who waits, or will wait, gets <paramref name="reason"/>.</summary>
    internal void End(Exception reason)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _ended ??= reason;
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetException(reason);
    }

    /// <summary>Waits until <see cref="Available"/>. One writer at a time.</summary>
    internal Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_ended is not null)
            {
                return Task.FromException(_ended);
            }

            if (_credit > 0)
            {
                return Task.CompletedTask;
            }

            waiter = _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return waiter.Task.WaitAsync(cancellationToken);
    }
}
