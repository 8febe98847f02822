namespace Fireball.Bench.Tests;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Percents = [0, 1, 10, 50, 90, 99, 99.9, 99.99, 100];

    [Fact]
    public void Every_percentile_of_whatever_was_recorded_is_within_the_stated_error()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            long[] values = Values(random, random.Next(1, 3000));
            LatencyHistogram histogram = Of(values);
            Array.Sort(values);
            foreach (double percent in Percents)
            {
                // The same rank, counted exactly.
                long rank = Math.Clamp((long)Math.Ceiling((percent / 100 * values.Length) - 1e-6), 1, values.Length);
                double exact = values[rank - 1];
                Assert.InRange(
                    histogram.Percentile(percent),
                    exact * (1 - LatencyHistogram.RelativeError),
                    exact * (1 + LatencyHistogram.RelativeError));
            }
        }
    }

    [Fact]
    public void Around_every_power_of_two_each_value_is_within_the_stated_error()
    {
        for (int bit = 0; bit <= 41; bit++)
        {
            foreach (int offset in (int[])[-1, 0, 1])
            {
                long value = Math.Max(0, (1L << bit) + offset);

                // A second, longer one keeps the exact greatest out of it.
                LatencyHistogram histogram = Of([value, LatencyHistogram.MaxTrackable]);
                Assert.InRange(Math.Abs(histogram.Percentile(50) - value), 0, value * LatencyHistogram.RelativeError);
            }
        }
    }

    [Fact]
    public void Count_sum_least_and_greatest_are_exact()
    {
        long[] values = Values(new Random(2), 5000);
        LatencyHistogram histogram = Of(values);

        Assert.Equal(
            (values.Length, values.Sum(), values.Min(), values.Max()),
            (histogram.Count, histogram.Sum, histogram.Min, histogram.Max));
        Assert.Equal(values.Max(), histogram.Percentile(100));
    }

    [Fact]
    public void Without_values_everything_is_zero()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal((0, 0, 0, 0), (histogram.Count, histogram.Sum, histogram.Min, histogram.Max));
        Assert.Equal(0, histogram.Percentile(99));
    }

    [Fact]
    public void What_is_negative_or_beyond_all_measure_is_counted_at_the_ends()
    {
        LatencyHistogram histogram = Of([-5, long.MaxValue / 2]);

        Assert.Equal((2, 0, long.MaxValue / 2), (histogram.Count, histogram.Min, histogram.Max));
    }

    [Fact]
    public void Merged_histograms_are_what_one_would_have_been()
    {
        var random = new Random(3);
        long[][] parts = [.. Enumerable.Range(0, 7).Select(i => Values(random, i * 100))];
        var merged = new LatencyHistogram();
        foreach (long[] part in parts)
        {
            merged.Add(Of(part));
        }

        LatencyHistogram whole = Of([.. parts.SelectMany(part => part)]);
        Assert.Equal((whole.Count, whole.Sum, whole.Min, whole.Max), (merged.Count, merged.Sum, merged.Min, merged.Max));
        Assert.Equal(HistogramCodec.Encode(whole), HistogramCodec.Encode(merged));
    }

    [Fact]
    public void Encoded_histograms_come_back_whole_and_are_small()
    {
        var random = new Random(4);
        for (int count = 0; count < 2000; count += 97)
        {
            LatencyHistogram histogram = Of(Values(random, count));
            byte[] bytes = HistogramCodec.Encode(histogram);
            LatencyHistogram again = HistogramCodec.Decode(bytes, histogram.Sum, histogram.Min, histogram.Max);

            Assert.Equal(bytes, HistogramCodec.Encode(again));
            Assert.Equal(histogram.Count, again.Count);
            Assert.All(Percents, percent => Assert.Equal(histogram.Percentile(percent), again.Percentile(percent)));
            Assert.InRange(bytes.Length, 1, 1 + (4 * count));
        }
    }

    [Fact]
    public void Bytes_that_are_no_histogram_are_refused_whatever_they_are()
    {
        LatencyHistogram histogram = Of(Values(new Random(5), 500));
        byte[] good = HistogramCodec.Encode(histogram);
        for (int length = 0; length < good.Length; length++)
        {
            Refused(good[..length], histogram);
        }

        Refused([2, .. good[1..]], histogram);

        // No count; a bucket after the last; a number that does not end; counts whose sum overflows.
        Refused([1, 0, 0], histogram);
        Refused([1, 0xFF, 0xFF, 0x03, 1], histogram);
        Refused([1, .. Enumerable.Repeat((byte)0xFF, 20)], histogram);
        byte[] huge = [.. Enumerable.Repeat((byte)0xFF, 8), 0x7F];
        Refused([1, 0, .. huge, 0, .. huge], histogram);
    }

    private static void Refused(byte[] bytes, LatencyHistogram of) =>
        Assert.Throws<FormatException>(() => HistogramCodec.Decode(bytes, of.Sum, of.Min, of.Max));

    private static LatencyHistogram Of(long[] values)
    {
        var histogram = new LatencyHistogram();
        Array.ForEach(values, histogram.Record);
        return histogram;
    }

    // Uniform, many orders of magnitude, few different ones, or around one value with a tail: as latencies are.
    private static long[] Values(Random random, int count)
    {
        int shape = random.Next(4);
        return [.. Enumerable.Range(0, count).Select(_ => shape switch
        {
            0 => random.NextInt64(1_000_000),
            1 => (long)Math.Exp(random.NextDouble() * 28),
            2 => 1000 * random.NextInt64(4),
            _ => 200_000 + (long)(20_000 / (random.NextDouble() + 1e-6)),
        })];
    }
}
