using Microsoft.Extensions.Time.Testing;

namespace Fireball.Bench.Tests;

public sealed class LoadTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_closed_loop_hides_a_stall_and_an_open_loop_shows_it(bool blocks)
    {
        // A server that answers at once but stands still for 100 ms at its 50th call; 1,000 calls a second for a second.
        LatencyHistogram closed = await RunAsync(clock => new ClosedLoop(1, clock), Stalling);
        LatencyHistogram open = await RunAsync(clock => new OpenLoop(1000, 1, new FakePacer(clock), clock), Stalling);

        // One call of all saw it ...
        Assert.Equal(1e6, closed.Percentile(99.8), 1e6 * LatencyHistogram.RelativeError);
        Assert.Equal(100e6, closed.Max, 1);

        // ... but a hundred were due meanwhile, and each waited for what was left of it.
        Assert.Equal(1000, open.Count);
        Assert.Equal(100e6, open.Max, 1);
        Assert.Equal(50e6, open.Percentile(95), 2e6);
        Assert.Equal(0, open.Percentile(89));

        static Action<FakeTimeProvider> Stalling(bool isOpen)
        {
            int calls = 0;
            return clock => clock.Advance(++calls == 50 ? 100 * Millisecond : isOpen ? TimeSpan.Zero : Millisecond);
        }

        async Task<LatencyHistogram> RunAsync(Func<FakeTimeProvider, ILoad> load, Func<bool, Action<FakeTimeProvider>> server)
        {
            var clock = new FakeTimeProvider();
            ILoad made = load(clock);
            Action<FakeTimeProvider> call = server(made is OpenLoop);
            return await made.RunAsync(Of(blocks, () => call(clock)), TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_that_take_longer_than_their_rate_allows_fall_further_and_further_behind(bool blocks)
    {
        // 10 ms of work every 5 ms: call n starts 5 n ms late and takes 10 ms.
        var clock = new FakeTimeProvider();
        var load = new OpenLoop(200, 1, new FakePacer(clock), clock);
        LatencyHistogram latency = await load.RunAsync(
            Of(blocks, () => clock.Advance(10 * Millisecond)), TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.Equal((200L, 10_000_000L, (199 * 5_000_000L) + 10_000_000L), (latency.Count, latency.Min, latency.Max));
        // To a tick of the clock a call, which is 100 ns.
        Assert.Equal(200 * (10e6 + ((199 * 5e6) + 10e6)) / 2, latency.Sum, tolerance: 200 * 100);
    }

    [Fact]
    public async Task An_open_loop_does_not_wait_for_answers_while_it_has_workers()
    {
        var clock = new FakeTimeProvider();
        var answer = new TaskCompletionSource();
        int begun = 0;
        var operation = new Operation(async (_, _) =>
        {
            if (Interlocked.Increment(ref begun) == 10)
            {
                // All ten are under way together, or this is never reached.
                answer.SetResult();
            }

            await answer.Task;
        });
        LatencyHistogram latency = await new OpenLoop(10, 10, new FakePacer(clock), clock).RunAsync(
            operation, TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.Equal(10, latency.Count);
    }

    [Fact]
    public async Task Each_worker_of_a_closed_loop_calls_until_the_time_is_over()
    {
        var clock = new FakeTimeProvider();
        int[] calls = new int[4];
        using var together = new Barrier(4, _ => clock.Advance(100 * Millisecond));
        var load = new ClosedLoop(4, clock);
        LatencyHistogram latency = await load.RunAsync(
            Operation.Blocking((worker, cancel) =>
            {
                calls[worker]++;
                together.SignalAndWait(cancel);
            }),
            TimeSpan.FromSeconds(1),
            CancellationToken.None);

        Assert.Equal([10, 10, 10, 10], calls);
        Assert.Equal(40, latency.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_round_counts_its_own_calls_only(bool open)
    {
        var clock = new FakeTimeProvider();
        ILoad load = open ? new OpenLoop(20, 2, new FakePacer(clock), clock) : new ClosedLoop(1, clock);
        foreach (int milliseconds in (int[])[500, 100, 50])
        {
            LatencyHistogram latency = await load.RunAsync(
                Operation.Blocking((_, _) => clock.Advance(milliseconds * Millisecond)), TimeSpan.FromSeconds(1), CancellationToken.None);
            Assert.Equal(open ? 20 : 1000 / milliseconds, latency.Count);
        }
    }

    [Fact]
    public async Task Blocking_calls_of_an_open_loop_have_a_thread_each()
    {
        var clock = new FakeTimeProvider();
        using var together = new Barrier(4);
        LatencyHistogram latency = await new OpenLoop(40, 4, new FakePacer(clock), clock).RunAsync(
            Operation.Blocking((_, cancel) => together.SignalAndWait(cancel)), TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.Equal(40, latency.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_failure_ends_the_round_and_is_what_is_told(bool open)
    {
        var clock = new FakeTimeProvider();
        int calls = 0;
        var operation = new Operation(async (_, cancel) =>
        {
            if (Interlocked.Increment(ref calls) == 3)
            {
                throw new WorkFailedException("the third");
            }

            var never = new TaskCompletionSource();
            await never.Task.WaitAsync(cancel);
        });
        ILoad load = open ? new OpenLoop(1000, 8, new FakePacer(clock), clock) : new ClosedLoop(8, clock);
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(
            () => load.RunAsync(operation, TimeSpan.FromSeconds(1), CancellationToken.None));

        Assert.Equal("the third", failure.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_round_can_be_given_up(bool open)
    {
        var clock = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var operation = new Operation(async (_, cancel) =>
        {
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        });
        ILoad load = open ? new OpenLoop(1000, 2, new FakePacer(clock), clock) : new ClosedLoop(2, clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => load.RunAsync(operation, TimeSpan.FromSeconds(1), stop.Token));
    }

    [Fact]
    public void The_kernel_s_pacer_waits_until_its_time_and_not_at_all_for_a_time_that_is_past()
    {
        long due = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency / 200);
        new KernelPacer().WaitUntil(due, CancellationToken.None);
        Assert.True(TimeProvider.System.GetTimestamp() >= due);
        new KernelPacer().WaitUntil(0, CancellationToken.None);
    }

    [Fact]
    public async Task The_kernel_s_pacer_can_be_given_up()
    {
        using var stop = new CancellationTokenSource();
        Task waiting = Task.Run(() => new KernelPacer().WaitUntil(long.MaxValue, stop.Token));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Operation Of(bool blocks, Action call) => blocks
        ? Operation.Blocking((_, _) => call())
        : new Operation((_, _) =>
        {
            call();
            return ValueTask.CompletedTask;
        });
}
