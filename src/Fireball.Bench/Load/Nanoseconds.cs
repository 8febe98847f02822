namespace Fireball.Bench;

/// <summary>Timestamps as nanoseconds; TimeSpan has ticks of 100 only.</summary>
internal static class Nanoseconds
{
    /// <summary>Time from one timestamp of the clock to another.</summary>
    public static long Between(long from, long to, TimeProvider clock) =>
        (long)((to - from) * (1e9 / clock.TimestampFrequency));
}
