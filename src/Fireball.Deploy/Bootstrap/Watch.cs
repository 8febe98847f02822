namespace Fireball.Deploy;

/// <summary>Cancels a connect in which nothing has happened for too long; a person's thinking does not count.</summary>
internal sealed class Watch : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _patience;
    private readonly Func<bool> _isPaused;
    private readonly Timer _timer;
    private long _last = Environment.TickCount64;

    internal Watch(TimeSpan patience, Func<bool> isPaused, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _patience = patience;
        _isPaused = isPaused;
        _timer = new Timer(static watch => ((Watch)watch!).Check(), this, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled by the caller or by the lack of progress.</summary>
    internal CancellationToken Token => _source.Token;

    /// <summary>It was the lack of progress.</summary>
    internal bool IsExpired { get; private set; }

    /// <summary>Something happened.</summary>
    internal void Touch() => Volatile.Write(ref _last, Environment.TickCount64);

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Check()
    {
        try
        {
            var left = _patience - TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _last));
            if (_isPaused())
            {
                Touch();
                left = _patience;
            }

            if (left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            IsExpired = true;
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connect ended meanwhile.
        }
    }
}
