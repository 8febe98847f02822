namespace Fireball.Bench;

/// <summary>Median and spread of a few numbers, such as one figure of each round.</summary>
internal sealed class SortedValues
{
    private readonly double[] _sorted;

    /// <summary>Keeps them, sorted.</summary>
    /// <param name="values">At least one.</param>
    public SortedValues(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(_sorted.Length, nameof(values));
    }

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>The smallest.</summary>
    public double Min => _sorted[0];

    /// <summary>The greatest.</summary>
    public double Max => _sorted[^1];

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public double Median => Quantile(0.5);

    /// <summary>The distance of the quartiles as a share of the median; one round that was disturbed does not show in it.</summary>
    public double Spread => Median == 0 ? 0 : (Quantile(0.75) - Quantile(0.25)) / Math.Abs(Median);

    /// <summary>The value with so many below it, counted from 0.</summary>
    public double this[int rank] => _sorted[rank];

    /// <summary>Between the two nearest ranks on a straight line.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        double rank = share * (_sorted.Length - 1);
        int below = (int)rank;
        int above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + ((rank - below) * (_sorted[above] - _sorted[below]));
    }
}
