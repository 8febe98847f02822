using Fireball.Bench.Recording;
using Fireball.Bench.Work;

namespace Fireball.Bench.Load;

/// <summary>
/// Calls at a given rate, whether or not those before have ended. Each latency counts from when the call was meant to
/// start, so the calls that had to wait behind a stall show it. (A closed loop makes no call meanwhile, and hides it: what
/// Gil Tene calls coordinated omission.)
/// </summary>
/// <param name="rate">Calls a second.</param>
/// <param name="concurrency">Calls that may be under way; the others wait, and their time runs.</param>
/// <param name="pacer">Waits for the intended starts.</param>
/// <param name="clock">Takes the times.</param>
internal sealed class OpenLoop(double rate, int concurrency, IPacer pacer, TimeProvider clock) : ILoad
{
    /// <inheritdoc/>
    public Task<LatencyHistogram> RunAsync(IOperation operation, TimeSpan duration, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => DispatchAsync(operation, duration, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();

    private async Task<LatencyHistogram> DispatchAsync(
        IOperation operation, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var workers = new WorkerPool(concurrency);
        var histogram = new LatencyHistogram();
        long calls = Math.Max(1, (long)(duration.TotalSeconds * rate));
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        long start = clock.GetTimestamp();

        async Task CallAsync(int worker, long intended)
        {
            try
            {
                await operation.RunAsync(worker, stop.Token);
                long latency = Nanoseconds.Between(intended, clock.GetTimestamp(), clock);
                lock (histogram)
                {
                    histogram.Record(latency);
                }
            }
            catch (Exception failure)
            {
                // The first one is the reason; the others are what it caused.
                if (failed.TrySetResult(failure))
                {
                    await stop.CancelAsync();
                }
            }
            finally
            {
                workers.Return(worker);
            }
        }

        for (long call = 0; call < calls && !stop.IsCancellationRequested; call++)
        {
            long intended = start + (long)(call / rate * clock.TimestampFrequency);
            pacer.WaitUntil(intended);
            _ = CallAsync(workers.Take(), intended);
        }

        workers.TakeAll();
        cancellationToken.ThrowIfCancellationRequested();
        return failed.Task.IsCompletedSuccessfully
            ? throw new LoadException(await failed.Task)
            : histogram;
    }
}
