namespace Fireball.Bench;

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
    private readonly WorkerHistograms _latencies = new(concurrency);

    /// <inheritdoc/>
    public async Task<LatencyHistogram> RunAsync(IOperation operation, TimeSpan duration, CancellationToken cancellationToken)
    {
        _latencies.Clear();
        long calls = Math.Max(1, (long)(duration.TotalSeconds * rate));
        await (operation.Blocks
            ? ShareAsync(operation, calls, cancellationToken)
            : OnThread(() => DispatchAsync(operation, calls, cancellationToken)));
        return _latencies.Merge();
    }

    private static Task OnThread(Func<Task> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    // Calls that block need a thread each: worker w makes the calls w, w + n, w + 2 n ... of n workers.
    private async Task ShareAsync(IOperation operation, long calls, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        long start = clock.GetTimestamp();
        Task[] workers = [.. Enumerable.Range(0, concurrency).Select(
            worker => OnThread(() => WorkAsync(operation, worker, start, calls, stop)))];
        await FirstFailure.OfAsync(workers, cancellationToken);
    }

    private async Task WorkAsync(
        IOperation operation, int worker, long start, long calls, CancellationTokenSource stop)
    {
        LatencyHistogram histogram = _latencies[worker];
        try
        {
            for (long call = worker; call < calls; call += concurrency)
            {
                long intended = Intended(start, call);
                pacer.WaitUntil(intended, stop.Token);
                await operation.RunAsync(worker, stop.Token);
                histogram.Record(Nanoseconds.Between(intended, clock.GetTimestamp(), clock));
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private long Intended(long start, long call) => start + (long)(call / rate * clock.TimestampFrequency);

    // Calls that do not block are all begun by this thread.
    private async Task DispatchAsync(IOperation operation, long calls, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var workers = new WorkerPool(concurrency);
        LatencyHistogram histogram = _latencies[0];
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

        try
        {
            for (long call = 0; call < calls; call++)
            {
                long intended = Intended(start, call);
                pacer.WaitUntil(intended, stop.Token);
                _ = CallAsync(workers.Take(), intended);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // By the caller, or because a call has failed; told below, when all have ended.
        }

        workers.TakeAll();
        cancellationToken.ThrowIfCancellationRequested();
        if (failed.Task.IsCompletedSuccessfully)
        {
            throw new LoadException(await failed.Task);
        }
    }
}
