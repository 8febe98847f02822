namespace Fireball.Fuzz;

/// <summary>Time stands still, and no timer ever fires, so that the same bytes always do the same.</summary>
internal sealed class StoppedClock : TimeProvider
{
    internal static readonly StoppedClock Instance = new();

    private static readonly ITimer Never = new NoTimer();

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Never;

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It holds nothing.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
