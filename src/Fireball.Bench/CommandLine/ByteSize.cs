using System.Globalization;

namespace Fireball.Bench;

/// <summary>Sizes as people write them: "64", "4K", "1M", "1G"; powers of 1024.</summary>
internal static class ByteSize
{
    /// <summary>The largest: what a benchmark moves within a round, and finds room for in a temporary directory.</summary>
    public const long Max = 16L << 30;

    private static readonly (string Unit, int Shift)[] Units = [("G", 30), ("M", 20), ("K", 10), ("", 0)];

    /// <summary>Reads a size, 1 byte to <see cref="Max"/>.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        (string unit, int shift) = Units.First(unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
        if (!long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            || number < 1
            || number > Max >> shift)
        {
            return false;
        }

        bytes = number << shift;
        return true;
    }

    /// <summary>The shortest way to write it that <see cref="TryParse"/> reads back.</summary>
    public static string Format(long bytes)
    {
        (string unit, int shift) = Units.First(unit => bytes % (1L << unit.Shift) == 0);
        return $"{bytes >> shift}{unit}";
    }
}
