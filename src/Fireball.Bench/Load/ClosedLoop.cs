using Fireball.Bench.Recording;
using Fireball.Bench.Work;

namespace Fireball.Bench.Load;

/// <summary>So many workers, each of which makes its next call when the one before has ended.</summary>
/// <param name="concurrency">Workers.</param>
/// <param name="clock">Takes the times.</param>
internal sealed class ClosedLoop(int concurrency, TimeProvider clock) : ILoad
{
    /// <inheritdoc/>
    public async Task<LatencyHistogram> RunAsync(IOperation operation, TimeSpan duration, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A thread each, because an operation may block it; one that does not leaves it at its first await.
        Task<LatencyHistogram>[] workers = [.. Enumerable.Range(0, concurrency).Select(worker => Task.Factory.StartNew(
            () => WorkAsync(operation, worker, start, duration, stop),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap())];
        LatencyHistogram[] all = await FirstFailure.OfAsync(workers, cancellationToken);
        var merged = new LatencyHistogram();
        Array.ForEach(all, merged.Add);
        return merged;
    }

    private async Task<LatencyHistogram> WorkAsync(
        IOperation operation, int worker, long start, TimeSpan duration, CancellationTokenSource stop)
    {
        var histogram = new LatencyHistogram();
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

        return histogram;
    }
}
