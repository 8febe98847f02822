using System.Buffers;

namespace Fireball.Bench.Recording;

/// <summary>
/// The buckets of a histogram as bytes. The layout, version 1:
/// <code>
///   1 byte    version, 1
///   then, until the bytes end, from the first bucket on:
///   varint    how many empty buckets come next
///   varint    the count of the bucket after them, at least 1
/// </code>
/// varint: 7 bits a byte, least significant first, the highest bit set where another byte follows. Buckets after the last
/// count are empty. Some 200 bytes for a thousand calls.
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
        long empty = 0;
        foreach (long count in histogram.Counts)
        {
            if (count == 0)
            {
                empty++;
                continue;
            }

            AppendVarint(output, empty);
            AppendVarint(output, count);
            empty = 0;
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

        long[] counts = new long[LatencyHistogram.BucketCount];
        ReadOnlySpan<byte> rest = bytes[1..];
        long total = 0;
        for (long index = 0; !rest.IsEmpty; index++)
        {
            long empty = TakeVarint(ref rest);
            long count = TakeVarint(ref rest);
            if (empty >= counts.Length - index || count == 0 || count > long.MaxValue - total)
            {
                throw new FormatException("the histogram has a bucket that cannot be");
            }

            index += empty;
            counts[index] = count;
            total += count;
        }

        return LatencyHistogram.FromParts(counts, sum, min, max);
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
