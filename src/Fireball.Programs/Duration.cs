using System.Globalization;

namespace Fireball.Programs;

/// <summary>Lengths of time as people write them: "90", "90s", "10m", "2h", "1d", "500ms"; a bare number is seconds.</summary>
public static class Duration
{
    /// <summary>The longest one, days: what a timer of .NET can wait (2^32 - 2 ms).</summary>
    private const double MaxDays = 49;

    // Longest first where one ends in another: "ms" before "s".
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1)];

    /// <summary>Reads "90s", "10m", "2h", "0"; a number alone is seconds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">From 0 to 49 days.</param>
    public static bool TryParse(string text, out TimeSpan value)
    {
        foreach ((string unit, double seconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
            {
                continue;
            }

            // NULs at the end are passed over by TryParse, and "-Infinity" and "NaN" taken in every style.
            const NumberStyles Style = NumberStyles.AllowDecimalPoint;
            if (!text.Contains('\0', StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), Style, CultureInfo.InvariantCulture, out double number)
                && number * seconds is >= 0 and <= MaxDays * 86400)
            {
                value = TimeSpan.FromMilliseconds(Math.Round(number * seconds * 1000));
                return true;
            }

            break;
        }

        value = default;
        return false;
    }
}
