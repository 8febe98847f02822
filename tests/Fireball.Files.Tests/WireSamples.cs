using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Files.Tests;

/// <summary>Damaged and foreign messages, for parsers that stand beside the generated ones.</summary>
internal static class WireSamples
{
    /// <summary>Field 100 as a varint, a length-delimited field, eight bytes and four.</summary>
    public static readonly byte[] UnknownFields =
        [0xA0, 0x06, 0x01, 0xA2, 0x06, 0x01, 0xFF, 0xA1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xA5, 0x06, 1, 2, 3, 4];

    /// <summary>One with every field, and one with the least.</summary>
    public static readonly FileRecord[] Records =
    [
        new()
        {
            Number = 300,
            Entry = new FileEntry { Path = ByteString.CopyFromUtf8("a/b"), Mode = 0x1a4, Size = 5, ModifiedTime = new Timestamp { Seconds = -1 } },
            Offset = 1UL << 40,
            Data = ByteString.CopyFromUtf8("bytes"),
            End = new FileEnd { Size = 5, Hash = ByteString.CopyFrom(new byte[16]) },
        },
        new() { Number = 301 },
    ];

    /// <summary>Whether it reads, or refuses as parsers do; another exception is the test's failure.</summary>
    public static bool Accepts(Action read) => Read(() =>
    {
        read();
        return "";
    }) is not null;

    /// <summary>What it reads; null: it refuses as parsers do. Another exception is the test's failure.</summary>
    public static T? Read<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception refusal) when (refusal is InvalidDataException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Records without the fields that only a generated parser keeps.</summary>
    public static FileRecord[] Known(IEnumerable<FileRecord> records) =>
        [.. records.Select(record => FileRecord.Parser.WithDiscardUnknownFields(true).ParseFrom(record.ToByteArray()))];

    /// <summary>The message with each of its bits flipped in turn.</summary>
    public static IEnumerable<byte[]> FlippedBits(byte[] message)
    {
        for (int bit = 0; bit < 8 * message.Length; bit++)
        {
            byte[] mutant = [.. message];
            mutant[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return mutant;
        }
    }
}
