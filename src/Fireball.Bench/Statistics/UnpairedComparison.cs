namespace Fireball.Bench;

/// <summary>Compares the rounds of A with those of B where they were not taken in turn: two runs, at two times.</summary>
internal static class UnpairedComparison
{
    /// <summary>How often chance may pass for a difference: in one comparison of twenty, the usual convention.</summary>
    public const double Significance = 0.05;

    /// <summary>
    /// The median of all ratios A/B (Hodges and Lehmann's estimate) and their quartiles; whether it differs from 1 by the
    /// rank test of Mann and Whitney, exact, both sides. That takes at least four rounds each (or five and three).
    /// </summary>
    /// <param name="a">A figure of each round of A, above 0.</param>
    /// <param name="b">The same of B.</param>
    public static Comparison Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var ratios = new SortedValues(from x in a from y in b select x / y);
        Verdict verdict = Chance(0, a.Count, b.Count) > Significance ? Verdict.TooFewRounds
            : Chance(Wins(a, b), a.Count, b.Count) > Significance ? Verdict.WithinNoise
            : ratios.Median < 1 ? Verdict.Smaller
            : Verdict.Greater;
        return new Comparison(ratios.Median, ratios.Quantile(0.25), ratios.Quantile(0.75), verdict);
    }

    /// <summary>In how many pairs the rarer winner wins; a tie is half a win, rounded up: in doubt there is no difference.</summary>
    private static int Wins(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double wins = a.Sum(x => b.Sum(y => x > y ? 1 : x == y ? 0.5 : 0));
        return (int)Math.Ceiling(Math.Min(wins, ((double)a.Count * b.Count) - wins));
    }

    /// <summary>The chance of at most so many wins, on either side, where A and B do not differ.</summary>
    private static double Chance(int wins, int n, int m)
    {
        // ways[i, u]: orders of i of A and the first j of B with u wins; j grows in the outer loop. The greatest is A's
        // (and wins over all j of B) or B's.
        int top = n * m;
        double[,] ways = new double[n + 1, top + 1];
        for (int i = 0; i <= n; i++)
        {
            ways[i, 0] = 1;
        }

        for (int j = 1; j <= m; j++)
        {
            for (int i = 1; i <= n; i++)
            {
                for (int u = top; u >= 0; u--)
                {
                    // ways[i, u] still is that of j - 1; ways[i - 1, ...] already is that of j.
                    ways[i, u] += u >= j ? ways[i - 1, u - j] : 0;
                }
            }
        }

        double all = 0;
        double few = 0;
        for (int u = 0; u <= top; u++)
        {
            all += ways[n, u];
            few += u <= wins ? ways[n, u] : 0;
        }

        return Math.Min(1, 2 * few / all);
    }
}
