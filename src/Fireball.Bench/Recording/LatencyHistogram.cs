using HdrHistogram;

namespace Fireball.Bench;

/// <summary>
/// Durations counted by HdrHistogram: fixed memory (256 KiB) however many are recorded, and every percentile within
/// <see cref="RelativeError"/> of the true one. Count, sum, least and greatest are exact. Not thread-safe: each worker has
/// its own, and they are merged.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>
    /// By how much a percentile can differ from the true value, at most: the middle of a bucket is told, and a bucket is no
    /// wider than 1/1024 of its values.
    /// </summary>
    public const double RelativeError = 1.0 / 2048;

    /// <summary>
    /// Durations from here on, 36 minutes, share the last bucket. HdrHistogram counts further, but takes the width of such a
    /// bucket from a 32-bit shift.
    /// </summary>
    public const long MaxTrackable = (1L << 41) - 1;

    private const int SignificantDigits = 3;

    private readonly LongHistogram _counts = new(1, MaxTrackable, SignificantDigits);

    /// <summary>How many were recorded.</summary>
    public long Count => _counts.TotalCount;

    /// <summary>All of them together, ns; exact.</summary>
    public long Sum { get; private set; }

    /// <summary>The shortest, ns; exact; 0 without any.</summary>
    public long Min { get; private set; }

    /// <summary>The longest, ns; exact; 0 without any.</summary>
    public long Max { get; private set; }

    /// <summary>The least duration, ns, of each bucket that is not empty, ascending, and its count.</summary>
    public IEnumerable<(long Lowest, long Count)> Buckets => _counts.RecordedValues().Select(
        bucket => (_counts.LowestEquivalentValue(bucket.ValueIteratedTo), bucket.CountAddedInThisIterationStep));

    /// <summary>Rebuilds a histogram from its parts.</summary>
    /// <exception cref="FormatException">They contradict each other, or are none of a histogram.</exception>
    public static LatencyHistogram FromParts(IEnumerable<(long Lowest, long Count)> buckets, long sum, long min, long max)
    {
        ArgumentNullException.ThrowIfNull(buckets);
        var histogram = new LatencyHistogram();
        LongHistogram counts = histogram._counts;
        foreach ((long lowest, long count) in buckets)
        {
            if (lowest is < 0 or > MaxTrackable || counts.LowestEquivalentValue(lowest) != lowest
                || count < 1 || count > long.MaxValue - counts.TotalCount)
            {
                throw new FormatException("the histogram has a bucket that cannot be");
            }

            counts.RecordValueWithCount(lowest, count);
        }

        bool fits = counts.TotalCount == 0
            ? (sum, min, max) is (0, 0, 0)
            : min >= 0 && min <= max && sum >= max && histogram.Holds(min) && histogram.Holds(max);
        if (!fits)
        {
            throw new FormatException("the histogram's counts do not fit its least, greatest and sum");
        }

        (histogram.Sum, histogram.Min, histogram.Max) = (sum, min, max);
        return histogram;
    }

    /// <summary>Counts one duration, ns; a negative one (a clock that was set) counts as 0.</summary>
    public void Record(long nanoseconds)
    {
        long value = Math.Max(0, nanoseconds);
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
        _counts.RecordValue(Math.Min(value, MaxTrackable));
    }

    /// <summary>Adds what another one has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Sum += other.Sum;
        _counts.Add(other._counts);
    }

    /// <summary>Forgets all that was recorded.</summary>
    public void Clear()
    {
        (Min, Max, Sum) = (0, 0, 0);
        _counts.Reset();
    }

    /// <summary>The duration that so many percent of all did not exceed, ns; 0 without any.</summary>
    /// <param name="percent">0 to 100; 100 is the exact greatest.</param>
    public double Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (Count == 0)
        {
            return 0;
        }

        // The smallest rank that covers this share, where HdrHistogram takes the nearest; the tolerance takes back what
        // 99.9 / 100 * 1000 is above 999.
        long rank = Math.Clamp((long)Math.Ceiling((percent / 100 * Count) - 1e-6), 1, Count);
        return rank == Count
            ? Max
            : Math.Clamp(_counts.MedianEquivalentValue(_counts.GetValueAtPercentile(100.0 * rank / Count)), Min, Max);
    }

    private bool Holds(long value) => _counts.GetCountAtValue(Math.Min(value, MaxTrackable)) > 0;
}
