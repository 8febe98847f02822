namespace Fireball.Deploy;

/// <summary>
/// Cancels a connect in which nothing has happened for too long, or that takes too long in all; a person's thinking does not
/// count.
/// </summary>
internal sealed class Watch : IDisposable
{
    /// <summary>How often it looks: what of a limit that is a person's or the upload's is known that exactly.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _source;
    private readonly DeployOptions _options;
    private readonly Func<bool> _isPaused;
    private readonly Timer _timer;
    private long _last = Environment.TickCount64;
    private long _looked = Environment.TickCount64;
    private TimeSpan _spent;

    internal Watch(DeployOptions options, Func<bool> isPaused, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _options = options;
        _isPaused = isPaused;
        _timer = new Timer(static watch => ((Watch)watch!).Check(), this, Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled by the caller, by the lack of progress or by the limit.</summary>
    internal CancellationToken Token => _source.Token;

    /// <summary>Which of the last two it was, as the end of a sentence; null: neither.</summary>
    internal string? Expiry { get; private set; }

    /// <summary>What goes on has its own measure: each piece of it has to come in time, all of it may take what it takes.</summary>
    internal volatile bool IsMeasured;

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
            long now = Environment.TickCount64;
            if (_isPaused())
            {
                Touch();
            }
            else if (!IsMeasured)
            {
                _spent += TimeSpan.FromMilliseconds(now - _looked);
            }

            _looked = now;
            TimeSpan silent = TimeSpan.FromMilliseconds(now - Volatile.Read(ref _last));
            if (silent < _options.Patience && _spent < _options.Limit)
            {
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
                return;
            }

            Expiry = silent >= _options.Patience
                ? $"has been silent for {_options.Patience.TotalSeconds:0} s"
                : $"has not come to an end within {_options.Limit.TotalSeconds:0} s";
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connect ended meanwhile.
        }
    }
}
