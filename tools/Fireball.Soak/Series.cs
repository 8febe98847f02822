using System.Globalization;

namespace Fireball.Soak;

/// <summary>One figure over time.</summary>
/// <param name="name">What it is of.</param>
/// <param name="unit">Of the values.</param>
/// <param name="slack">How much it may grow from the first quarter to the last, besides 5 %.</param>
internal sealed class Series(string name, string unit, double slack)
{
    private const double AllowedGrowth = 0.05;
    private const int Columns = 60;
    private const string Bars = "▁▂▃▄▅▆▇█";

    private readonly List<double> _values = [];

    public void Add(double value) => _values.Add(value);

    /// <summary>It grew; null: it did not.</summary>
    public string? Fault() => _values.Count < 4 || Last() <= (First() * (1 + AllowedGrowth)) + slack
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{name} grew from {First():0.#} to {Last():0.#} {unit}");

    /// <summary>A line: the name, a bar for each part of the time, from zero; the medians of the first and the last quarter.</summary>
    public string Picture()
    {
        if (_values.Count < 4)
        {
            return $"{name,-34} too few samples";
        }

        double most = _values.Max();
        int columns = Math.Min(Columns, _values.Count);
        var bars = Enumerable.Range(0, columns).Select(column =>
        {
            double part = _values[(column * _values.Count / columns)..((column + 1) * _values.Count / columns)].Max();
            return Bars[most == 0 ? 0 : (int)Math.Min(Bars.Length - 1, part / most * Bars.Length)];
        });
        return string.Create(CultureInfo.InvariantCulture, $"{name,-34} {string.Concat(bars)} {First():0.#} to {Last():0.#} {unit}");
    }

    // Without the first tenth: what is made at first use.
    private double First() => Median(_values[(_values.Count / 10)..Math.Max((_values.Count / 10) + 1, _values.Count / 4)]);

    private double Last() => Median(_values[(_values.Count * 3 / 4)..]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
