namespace Fireball.Bench;

/// <summary>
/// Compares A with B where rounds of both were taken in turn, A B A B: what disturbs the machine disturbs the two rounds
/// of a pair alike, so the ratio is taken pair by pair.
/// </summary>
internal static class PairedComparison
{
    // One case of twenty, the usual convention.
    private const double Confidence = 0.95;

    /// <summary>The median of the ratios A/B, and an interval that covers the true median with at least 95 percent.</summary>
    /// <param name="a">A figure of each round of A, above 0.</param>
    /// <param name="b">The same of B, round by round.</param>
    /// <remarks>
    /// The interval is the sign test's: the true median lies below the k+1st smallest of n ratios, or above the k+1st
    /// greatest, only if at most k fell on that side of it, each by the toss of a coin. With five pairs even k = 0 has
    /// one chance in 16, so it takes six to tell anything.
    /// </remarks>
    public static Comparison Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Count, b.Count, nameof(b));
        var ratios = new SortedValues(a.Zip(b, static (x, y) => x / y));
        int cut = Cut(ratios.Count);
        double low = ratios[Math.Max(cut, 0)];
        double high = ratios[ratios.Count - 1 - Math.Max(cut, 0)];
        Verdict verdict = cut < 0 ? Verdict.TooFewRounds
            : high < 1 ? Verdict.Smaller
            : low > 1 ? Verdict.Greater
            : Verdict.WithinNoise;
        return new Comparison(ratios.Median, low, high, verdict);
    }

    // How many of n ratios can be left out at either end; below 0: the whole range is not enough.
    private static int Cut(int n)
    {
        double outside = 0;
        double chance = Math.Pow(0.5, n);
        for (int k = 0; ; k++)
        {
            outside += 2 * chance;
            if (outside > 1 - Confidence)
            {
                return k - 1;
            }

            chance *= (double)(n - k) / (k + 1);
        }
    }
}
