using System.Diagnostics;

namespace Fireball.TestSupport;

/// <summary>Waiting for what nothing reports: it is looked at again and again.</summary>
public static class Until
{
    /// <summary>Turns "never" into a failure; far beyond what anything takes on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    // Between two looks; short beside what is waited for. What is asserted never depends on it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns when it is so; fails with <paramref name="what"/> after <see cref="Limit"/>.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, $"never: {what}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Returns when a process that is no child of ours has ended; it may still be a zombie then.</summary>
    public static Task EndedAsync(int pid) =>
        TrueAsync(() => !Processes.IsRunning(pid), $"process {pid} ends");
}
