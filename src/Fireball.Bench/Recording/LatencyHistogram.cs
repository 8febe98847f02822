using System.Numerics;

namespace Fireball.Bench.Recording;

/// <summary>
/// Counts durations in buckets of bounded relative width, as HdrHistogram does: fixed memory however many are recorded,
/// and every percentile within <see cref="RelativeError"/> of the true one. Count, sum, least and greatest are exact. Not
/// thread-safe: each worker has its own, and they are merged.
/// </summary>
/// <remarks>
/// Values below 256 ns have a bucket each. Above, each power of two is divided into 128 buckets of equal width w, whose
/// values are all at least 128 w: the middle of a bucket is off by w/2 at most, 1/256 of the value.
/// </remarks>
internal sealed class LatencyHistogram
{
    /// <summary>By how much a percentile can differ from the true value, at most: 1/256, 0.4 percent.</summary>
    public const double RelativeError = 1.0 / (2 * SubBuckets);

    /// <summary>Durations from here on, 73 minutes, share the last bucket; nothing measured here takes as long.</summary>
    public const long MaxTrackable = 1L << MaxBits;

    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int MaxBits = 42;

    // The first two times 128 values are exact, then 128 buckets for each further power of two.
    internal const int BucketCount = (MaxBits - SubBucketBits + 1) * SubBuckets;

    private readonly long[] _counts = new long[BucketCount];

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>All of them together, ns; exact.</summary>
    public long Sum { get; private set; }

    /// <summary>The shortest, ns; exact; 0 without any.</summary>
    public long Min { get; private set; }

    /// <summary>The longest, ns; exact; 0 without any.</summary>
    public long Max { get; private set; }

    /// <summary>The mean, ns; exact; 0 without any.</summary>
    public double Mean => Count == 0 ? 0 : (double)Sum / Count;

    internal ReadOnlySpan<long> Counts => _counts;

    /// <summary>Rebuilds a histogram from its parts.</summary>
    /// <exception cref="FormatException">They contradict each other.</exception>
    internal static LatencyHistogram FromParts(ReadOnlySpan<long> counts, long sum, long min, long max)
    {
        var histogram = new LatencyHistogram();
        counts.CopyTo(histogram._counts);
        foreach (long count in counts)
        {
            histogram.Count += count;
        }

        bool fits = histogram.Count == 0
            ? (sum, min, max) is (0, 0, 0)
            : min >= 0 && min <= max && sum >= max && counts[Index(min)] > 0 && counts[Index(max)] > 0;
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
        _counts[Index(value)]++;
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
        Count++;
    }

    /// <summary>Adds what another one has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Sum += other.Sum;
        Count += other.Count;
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

        // The smallest rank that covers this share; the tolerance takes back what 99.9 / 100 * 1000 is above 999.
        long rank = Math.Clamp((long)Math.Ceiling((percent / 100 * Count) - 1e-6), 1, Count);
        if (rank == Count)
        {
            return Max;
        }

        long seen = 0;
        int index = -1;
        while (seen < rank)
        {
            seen += _counts[++index];
        }

        return Math.Clamp(Middle(index), Min, Max);
    }

    private static int Index(long value)
    {
        long capped = Math.Min(value, MaxTrackable - 1);
        int shift = Math.Max(0, BitOperations.Log2((ulong)capped | 1) - SubBucketBits);
        return (shift * SubBuckets) + (int)(capped >> shift);
    }

    private static double Middle(int index)
    {
        int shift = Math.Max(0, (index / SubBuckets) - 1);
        long lowest = (long)(index - (shift * SubBuckets)) << shift;
        return lowest + (((1L << shift) - 1) / 2.0);
    }
}
