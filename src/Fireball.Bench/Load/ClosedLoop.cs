namespace Fireball.Bench;

/// <summary>So many workers, each of which makes its next call when the one before has ended.</summary>
/// <param name="concurrency">Workers.</param>
/// <param name="clock">Takes the times.</param>
internal sealed class ClosedLoop(int concurrency, TimeProvider clock) : ILoad
{
    private readonly WorkerHistograms _latencies = new(concurrency);

    /// <inheritdoc/>
    public async Task<LatencyHistogram> RunAsync(IOperation operation, TimeSpan duration, CancellationToken cancellationToken)
    {
        _latencies.Clear();
        long start = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A thread each, because an operation may block it; one that does not leaves it at its first await.
        Task[] workers = [.. Enumerable.Range(0, concurrency).Select(worker => Task.Factory.StartNew(
            () => WorkAsync(operation, worker, start, duration, stop),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap())];
        await FirstFailure.OfAsync(workers, cancellationToken);
        return _latencies.Merge();
    }

    private async Task WorkAsync(
        IOperation operation, int worker, long start, TimeSpan duration, CancellationTokenSource stop)
    {
        LatencyHistogram histogram = _latencies[worker];
        try
        {
            long before = clock.GetTimestamp();
            do
            {
                stop.Token.ThrowIfCancellationRequested();
                await operation.RunAsync(worker, stop.Token);
                long after = clock.GetTimestamp();
                histogram.Record(Nanoseconds.Between(before, after, clock));
                before = after;
            }
            while (clock.GetElapsedTime(start, before) < duration);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
