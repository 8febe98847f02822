using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

public sealed class ReactorTimeTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);
    private readonly Reactor _reactor = new("test");

    public void Dispose() => _reactor.Dispose();

    [Fact]
    public async Task A_timer_runs_on_the_reactors_thread_and_not_before_it_is_due()
    {
        var ran = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        long start = _reactor.Time.GetTimestamp();
        using ITimer timer = _reactor.Time.CreateTimer(
            _ => ran.TrySetResult(_reactor.IsCurrentThread), null, TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan);

        Assert.True(await ran.Task.WaitAsync(Until.Limit));
        Assert.True(_reactor.Time.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public async Task One_that_is_due_sooner_ends_a_longer_wait()
    {
        // The reactor already waits for the first when the second is made.
        var order = new List<int>();
        using ITimer late = _reactor.Time.CreateTimer(_ => order.Add(2), null, Long, Timeout.InfiniteTimeSpan);
        await SoonAsync();
        await SoonAsync();
        Assert.Empty(order);
        Assert.True(late.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        await SoonAsync();
        Assert.Equal([2], order);
    }

    [Fact]
    public async Task A_period_repeats_until_it_is_changed_from_within()
    {
        int count = 0;
        var third = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ITimer? timer = null;
        timer = _reactor.Time.CreateTimer(
            _ =>
            {
                if (++count == 3)
                {
                    timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    third.SetResult();
                }
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));
        await third.Task.WaitAsync(Until.Limit);
        await SoonAsync();
        Assert.Equal(3, count);
        await timer.DisposeAsync();
    }

    [Fact]
    public async Task One_that_was_disposed_of_does_not_run_and_cannot_be_changed()
    {
        int count = 0;
        ITimer timer = _reactor.Time.CreateTimer(_ => count++, null, Long, Timeout.InfiniteTimeSpan);
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        await SoonAsync();
        Assert.Equal(0, count);
    }

    [Fact]
    public async Task Descriptors_are_served_while_a_timer_waits()
    {
        using ITimer timer = _reactor.Time.CreateTimer(_ => { }, null, Long, Timeout.InfiniteTimeSpan);
        var (one, other) = OwnProcess.SocketPair();
        using var stream = new ReactorStream(_reactor, one);
        using (other)
        {
            Assert.True(LocalDescriptor.WriteAll(other.Number, "x"u8));
        }

        Assert.Equal(1, await stream.ReadAsync(new byte[8]).AsTask().WaitAsync(Until.Limit));
    }

    // A timer that is due now has run, and so has all that was due before.
    private async Task SoonAsync()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using ITimer timer = _reactor.Time.CreateTimer(_ => ran.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await ran.Task.WaitAsync(Until.Limit);
    }
}
