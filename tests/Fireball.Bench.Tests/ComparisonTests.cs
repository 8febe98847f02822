namespace Fireball.Bench.Tests;

public sealed class ComparisonTests
{
    [Fact]
    public void Pairs_cancel_what_disturbs_both_alike()
    {
        // The machine becomes five times slower under the run; A costs 1.2 of B throughout.
        double[] b = [1, 1.5, 2, 3, 4, 5];
        Comparison comparison = PairedComparison.Of([.. b.Select(x => 1.2 * x)], b);

        Assert.Equal(1.2, comparison.Ratio, 1e-9);
        Assert.Equal((1.2, 1.2, Verdict.Greater), (Math.Round(comparison.Low, 9), Math.Round(comparison.High, 9), comparison.Verdict));
    }

    [Theory]
    [InlineData(1, nameof(Verdict.TooFewRounds))]
    [InlineData(5, nameof(Verdict.TooFewRounds))]
    [InlineData(6, nameof(Verdict.Smaller))]
    [InlineData(20, nameof(Verdict.Smaller))]
    public void Six_pairs_are_the_fewest_that_tell_anything(int pairs, string verdict) =>
        Assert.Equal(verdict, $"{PairedComparison.Of([.. Enumerable.Repeat(1.0, pairs)], [.. Enumerable.Repeat(2.0, pairs)]).Verdict}");

    [Theory]
    [InlineData(8, 1, nameof(Verdict.WithinNoise))]
    [InlineData(9, 1, nameof(Verdict.Greater))]
    [InlineData(11, 2, nameof(Verdict.WithinNoise))]
    [InlineData(12, 2, nameof(Verdict.Greater))]
    public void The_interval_is_the_sign_test_s(int pairs, int against, string verdict)
    {
        // Of nine pairs one may be against (2 * 10 / 512 = 3.9 %), of eight none (2 * 9 / 256 = 7 %); of twelve two.
        double[] b = [.. Enumerable.Repeat(1.0, pairs)];
        double[] a = [.. Enumerable.Range(0, pairs).Select(i => i < against ? 0.5 : 2.0)];

        Assert.Equal(verdict, $"{PairedComparison.Of(a, b).Verdict}");
    }

    [Fact]
    public void Equal_ones_hardly_ever_seem_to_differ()
    {
        var random = new Random(1);
        double[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => 1 + random.NextDouble())];
        int paired = 0;
        int unpaired = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            paired += PairedComparison.Of(Noise(10), Noise(10)).Verdict == Verdict.WithinNoise ? 0 : 1;
            unpaired += UnpairedComparison.Of(Noise(6), Noise(6)).Verdict == Verdict.WithinNoise ? 0 : 1;
        }

        // 5 percent are meant, and these tests stay below; 70 is three standard deviations above 50.
        Assert.InRange(paired, 1, 70);
        Assert.InRange(unpaired, 1, 70);
    }

    [Theory]
    [InlineData(3, 3, nameof(Verdict.TooFewRounds))]
    [InlineData(4, 4, nameof(Verdict.Greater))]
    [InlineData(3, 5, nameof(Verdict.Greater))]
    [InlineData(1, 30, nameof(Verdict.TooFewRounds))]
    public void Two_runs_need_rounds_enough_for_their_order_to_mean_something(int after, int before, string verdict)
    {
        Comparison comparison = UnpairedComparison.Of(
            [.. Enumerable.Range(0, after).Select(i => 2 + (0.01 * i))], [.. Enumerable.Range(0, before).Select(i => 1 + (0.01 * i))]);

        Assert.Equal(verdict, $"{comparison.Verdict}");
        Assert.InRange(comparison.Ratio, 1.6, 2.05);
    }

    [Theory]
    [InlineData(5, nameof(Verdict.Greater))]
    [InlineData(6, nameof(Verdict.WithinNoise))]
    public void The_rank_test_is_that_of_the_tables(int wins, string verdict)
    {
        // Mann and Whitney: of 6 and 6 at most 5 wins at 5 percent, both sides. B's values win against A's smallest only.
        double[] b = [1, 2, 3, 4, 5, 6];
        double[] a = [wins == 5 ? 1.5 : 0.5, 6.5, 7, 8, 9, 10];

        Assert.Equal(verdict, $"{UnpairedComparison.Of(a, b).Verdict}");
    }

    [Fact]
    public void Two_identical_runs_do_not_differ()
    {
        double[] values = [1, 1, 1, 1, 1, 1];

        Assert.Equal(new Comparison(1, 1, 1, Verdict.WithinNoise), UnpairedComparison.Of(values, values));
    }

    [Fact]
    public void Median_and_spread_are_those_of_the_quartiles()
    {
        var values = new SortedValues([4, 1, 3, 2, 100]);

        Assert.Equal((5, 1.0, 3.0, 100.0), (values.Count, values.Min, values.Median, values.Max));
        Assert.Equal(2.0 / 3, values.Spread, 1e-12);
    }
}
