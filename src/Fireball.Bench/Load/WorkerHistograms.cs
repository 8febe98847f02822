namespace Fireball.Bench;

/// <summary>A histogram for each worker of a load, used again in each round.</summary>
/// <param name="workers">How many; at least 1.</param>
internal sealed class WorkerHistograms(int workers)
{
    private readonly LatencyHistogram[] _all = [.. Enumerable.Range(0, workers).Select(_ => new LatencyHistogram())];

    /// <summary>That of a worker, from 0 on.</summary>
    public LatencyHistogram this[int worker] => _all[worker];

    /// <summary>Empties them for a round.</summary>
    public void Clear() => Array.ForEach(_all, one => one.Clear());

    /// <summary>All of them together, in the first one's place.</summary>
    public LatencyHistogram Merge()
    {
        foreach (LatencyHistogram one in _all.AsSpan(1))
        {
            _all[0].Add(one);
        }

        return _all[0];
    }
}
