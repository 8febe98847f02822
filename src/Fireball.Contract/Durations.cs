using Google.Protobuf.WellKnownTypes;

namespace Fireball.V1;

/// <summary>
/// Times as messages. Those of the other side need not be well-formed: google/protobuf/duration.proto allows ±315,576,000,000
/// seconds (10,000 years), and nanoseconds below one second with the sign of the seconds.
/// </summary>
public static class Durations
{
    private const long MaxSeconds = 315_576_000_000;
    private const int MaxNanos = 999_999_999;

    /// <summary>The time as a message; what is longer than 10,000 years becomes that.</summary>
    public static Duration Of(TimeSpan time) => Duration.FromTimeSpan(
        TimeSpan.FromTicks(Math.Clamp(time.Ticks, -MaxSeconds * TimeSpan.TicksPerSecond, MaxSeconds * TimeSpan.TicksPerSecond)));

    /// <summary>The time, to 100 ns; null where it is absent or not well-formed.</summary>
    public static TimeSpan? Read(Duration? duration) => duration is null || !IsWellFormed(duration)
        ? null
        : TimeSpan.FromTicks((duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / TimeSpan.NanosecondsPerTick));

    /// <summary>Whether it keeps the limits above.</summary>
    public static bool IsWellFormed(Duration duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        return duration.Seconds is >= -MaxSeconds and <= MaxSeconds
            && duration.Nanos is >= -MaxNanos and <= MaxNanos
            && (duration.Seconds == 0 || duration.Nanos == 0 || duration.Seconds < 0 == duration.Nanos < 0);
    }
}
