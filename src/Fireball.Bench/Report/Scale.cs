namespace Fireball.Bench;

/// <summary>A logarithmic axis: where a value lies, and which values are marked.</summary>
internal sealed class Scale
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;
    private readonly double _base;

    /// <summary>An axis that holds these values, widened to whole powers.</summary>
    /// <param name="values">Above 0; at least one.</param>
    /// <param name="from">Where it begins, in the plot's units.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="powersOf">What is marked: powers of this.</param>
    public Scale(IReadOnlyCollection<double> values, double from, double to, double powersOf = 10)
    {
        (_from, _to, _base) = (from, to, powersOf);
        _low = Math.Floor(Math.Log(values.Min(), powersOf) + 1e-9);
        _high = Math.Max(Math.Ceiling(Math.Log(values.Max(), powersOf) - 1e-9), _low + 1);
    }

    /// <summary>The values that are marked: not more than eight.</summary>
    public IEnumerable<double> Marks
    {
        get
        {
            int step = (int)Math.Ceiling((_high - _low) / 7);
            for (double power = _low; power <= _high; power += step)
            {
                yield return Math.Pow(_base, power);
            }
        }
    }

    /// <summary>Where a value lies.</summary>
    public double At(double value) => _from + ((Math.Log(value, _base) - _low) / (_high - _low) * (_to - _from));
}
