using System.Buffers;

namespace Fireball.Bench;

/// <summary>
/// The buckets of a histogram as bytes, since HdrHistogram's own decoder finds its types by reflection, which does not work
/// ahead-of-time compiled. The layout, version 1:
/// <code>
///   1 byte    version, 1
///   then for each bucket that is not empty, ascending:
///   varint    by how many ns its least duration exceeds that of the bucket before; of the first bucket: itself
///   varint    its count, at least 1
/// </code>
/// varint: 7 bits a byte, least significant first, the highest bit set where another byte follows. Some 1,000 bytes for a
/// thousand calls.
/// </summary>
internal static class HistogramCodec
{
    private const byte Version = 1;

    // A count needs 63 bits: nine bytes of seven.
    private const int MaxVarintBytes = 9;

    /// <summary>The buckets' bytes.</summary>
    public static byte[] Encode(LatencyHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        var output = new ArrayBufferWriter<byte>();
        Append(output, Version);
        long before = 0;
        foreach ((long lowest, long count) in histogram.Buckets)
        {
            AppendVarint(output, lowest - before);
            AppendVarint(output, count);
            before = lowest;
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The histogram of these buckets.</summary>
    /// <param name="bytes">What <see cref="Encode"/> gave.</param>
    /// <param name="sum">Its <see cref="LatencyHistogram.Sum"/>.</param>
    /// <param name="min">Its <see cref="LatencyHistogram.Min"/>.</param>
    /// <param name="max">Its <see cref="LatencyHistogram.Max"/>.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static LatencyHistogram Decode(ReadOnlySpan<byte> bytes, long sum, long min, long max)
    {
        if (bytes is not [Version, ..])
        {
            throw new FormatException("the histogram is not of version 1");
        }

        var buckets = new List<(long, long)>();
        ReadOnlySpan<byte> rest = bytes[1..];
        long lowest = 0;
        while (!rest.IsEmpty)
        {
            long further = TakeVarint(ref rest);
            if (further > LatencyHistogram.MaxTrackable - lowest || (further == 0 && buckets.Count > 0))
            {
                throw new FormatException("the histogram has a bucket that cannot be");
            }

            lowest += further;
            buckets.Add((lowest, TakeVarint(ref rest)));
        }

        return LatencyHistogram.FromParts(buckets, sum, min, max);
    }

    private static void Append(ArrayBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private static void AppendVarint(ArrayBufferWriter<byte> output, long value)
    {
        while (value >= 0x80)
        {
            Append(output, (byte)(value | 0x80));
            value >>= 7;
        }

        Append(output, (byte)value);
    }

    private static long TakeVarint(ref ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (int i = 0; i < Math.Min(bytes.Length, MaxVarintBytes); i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("the histogram ends inside a number");
    }
}
