using System.Globalization;

namespace Fireball.Bench;

/// <summary>Numbers as people read them: three digits that count, and a unit that keeps them small.</summary>
internal static class Figures
{
    private static readonly (double Scale, string Unit)[] TimeUnits = [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns")];

    private static readonly (double Scale, string Unit)[] ByteUnits =
        [(1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB"), (1, "B")];

    /// <summary>"12.3 us", of nanoseconds.</summary>
    public static string Time(double nanoseconds) => Scaled(nanoseconds, TimeUnits);

    /// <summary>"64.0 KiB".</summary>
    public static string Bytes(double bytes) => Scaled(bytes, ByteUnits);

    /// <summary>"1,234/s", "5.67/s".</summary>
    public static string Rate(double perSecond) => $"{Three(perSecond)}/s";

    /// <summary>"1.23".</summary>
    public static string Ratio(double ratio) => Three(ratio);

    /// <summary>What a verdict says in a table.</summary>
    public static string Verdict(Verdict verdict) => verdict switch
    {
        Fireball.Bench.Verdict.Smaller => "faster",
        Fireball.Bench.Verdict.Greater => "slower",
        Fireball.Bench.Verdict.WithinNoise => "within the noise",
        _ => "too few rounds to tell",
    };

    private static string Scaled(double value, (double Scale, string Unit)[] units)
    {
        (double scale, string unit) = units.FirstOrDefault(unit => value >= unit.Scale, units[^1]);
        return $"{Three(value / scale)} {unit}";
    }

    private static string Three(double value) => value switch
    {
        0 => "0",
        >= 99.95 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
