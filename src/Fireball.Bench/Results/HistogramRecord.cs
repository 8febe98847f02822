using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>A histogram as it is written: whole, and the usual percentiles for those who do not decode it.</summary>
internal sealed record HistogramRecord
{
    [JsonRequired]
    public required long MinNs { get; init; }

    [JsonRequired]
    public required long MaxNs { get; init; }

    [JsonRequired]
    public required long SumNs { get; init; }

    [JsonRequired]
    public required double P50Us { get; init; }

    [JsonRequired]
    public required double P90Us { get; init; }

    [JsonRequired]
    public required double P99Us { get; init; }

    [JsonRequired]
    public required double P999Us { get; init; }

    /// <summary>See <see cref="HistogramCodec"/>.</summary>
    [JsonRequired]
    public required byte[] Buckets { get; init; }

    public static HistogramRecord From(LatencyHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        return new HistogramRecord
        {
            MinNs = histogram.Min,
            MaxNs = histogram.Max,
            SumNs = histogram.Sum,
            P50Us = histogram.Percentile(50) / 1e3,
            P90Us = histogram.Percentile(90) / 1e3,
            P99Us = histogram.Percentile(99) / 1e3,
            P999Us = histogram.Percentile(99.9) / 1e3,
            Buckets = HistogramCodec.Encode(histogram),
        };
    }

    /// <summary>The histogram again.</summary>
    /// <exception cref="FormatException">The buckets are no histogram, or not of these extremes.</exception>
    public LatencyHistogram ToHistogram() => HistogramCodec.Decode(Buckets, SumNs, MinNs, MaxNs);
}
