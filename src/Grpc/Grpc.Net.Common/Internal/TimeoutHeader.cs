using System.Globalization;

namespace Grpc.Net;

/// <summary>
/// grpc-timeout, gRPC over HTTP/2: TimeoutValue (1 to 8 digits) TimeoutUnit ("H" hour, "M" minute, "S" second,
/// "m" millisecond, "u" microsecond, "n" nanosecond).
/// </summary>
internal static class TimeoutHeader
{
    private const long MaxValue = 99_999_999;

    // Finest first.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>In the finest unit that holds it, rounded up; not below a microsecond.</summary>
    public static string Encode(TimeSpan timeout)
    {
        foreach (var (unit, ticks) in Units)
        {
            var value = Math.Max(1, timeout.Ticks / ticks + (timeout.Ticks % ticks > 0 ? 1 : 0));
            if (value <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
            }
        }

        return $"{MaxValue}H";
    }

    /// <summary>False: not a timeout as the specification has it. Nanoseconds are rounded up to .NET's 100 ns.</summary>
    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var unit = text[^1];
        if (unit == 'n')
        {
            timeout = TimeSpan.FromTicks((value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);
            return true;
        }

        foreach (var (candidate, ticks) in Units)
        {
            if (candidate == unit)
            {
                // 99,999,999 hours are 11,400 years: within TimeSpan's 29,000.
                timeout = TimeSpan.FromTicks(value * ticks);
                return true;
            }
        }

        return false;
    }
}
