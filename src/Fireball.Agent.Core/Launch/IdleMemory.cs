using Fireball.Files;

namespace Fireball.Agent.Core;

/// <summary>
/// Gives memory back to the system when nothing has been called for a while: what copies have used is otherwise kept by
/// the collector, which sees no reason to run while nothing is allocated.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    /// <summary>
    /// How long no call has been open by then. 2 s, arbitrary: longer than the pauses of a person or program at work, so
    /// that no caller waits for a collection, which takes some ten milliseconds.
    /// </summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    // Allocated since the last collection here: less than one large copy needs; below, there is little to win.
    private const long WorthwhileBytes = 1 << 20;

    private readonly CallActivity _activity;
    private readonly ITimer _timer;
    private int _waiting;
    private long _collectedAt;

    /// <summary>Watches from now on.</summary>
    internal IdleMemory(CallActivity activity, TimeProvider time)
    {
        _activity = activity;
        _timer = time.CreateTimer(
            static state => ((IdleMemory)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        activity.CallEnded = Wait;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _activity.CallEnded = null;
        _timer.Dispose();
    }

    // Not set anew by each call: thousands a second would do nothing else.
    private void Wait()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    private void Check()
    {
        TimeSpan left = Quiet - _activity.Idle;
        if (left > TimeSpan.Zero)
        {
            // A timer may fire up to one tick early.
            _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            return;
        }

        Volatile.Write(ref _waiting, 0);
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _collectedAt > WorthwhileBytes)
        {
            _collectedAt = allocated;
            MessageMemory.GiveBack();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
