using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

public sealed class ReceivedBatchTests
{
    private static readonly GetResponse Whole = new()
    {
        Records =
        {
            new FileRecord
            {
                Number = 300,
                Entry = new FileEntry { Path = ByteString.CopyFromUtf8("a/b"), Mode = 0x1a4, Size = 5, MtimeS = -1 },
                Offset = 1UL << 40,
                Data = ByteString.CopyFromUtf8("bytes"),
                End = new FileEnd { Size = 5, Hash = ByteString.CopyFrom(new byte[16]) },
            },
            new FileRecord { Number = 301 },
        },
        Failures = { new FileFailure { Path = ByteString.CopyFromUtf8("c"), Errno = 13, Message = "no" } },
        Summary = new FileSummary { Files = 1, Bytes = 5 },
    };

    [Fact]
    public void Reads_what_the_generated_parser_reads()
    {
        using var batch = ReceivedBatch.Parse(new ReadOnlySequence<byte>(Whole.ToByteArray()));

        Assert.Equal(Whole.Records, batch.Records);
        Assert.Equal(Whole.Failures, batch.Failures);
        Assert.Equal(Whole.Summary, batch.Summary);
    }

    [Fact]
    public void Passes_over_fields_it_does_not_know()
    {
        // Field 100 as a varint, a length-delimited field, eight bytes and four.
        byte[] unknown = [0xA0, 0x06, 0x01, 0xA2, 0x06, 0x01, 0xFF, 0xA1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xA5, 0x06, 1, 2, 3, 4];

        using var batch = ReceivedBatch.Parse(new ReadOnlySequence<byte>([.. unknown, .. Whole.ToByteArray(), .. unknown]));

        Assert.Equal(Whole.Records, batch.Records);
        Assert.Equal(Whole.Summary, batch.Summary);
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused_or_ends_between_two_fields()
    {
        byte[] message = Whole.ToByteArray();
        for (int length = 0; length < message.Length; length++)
        {
            var cut = new ReadOnlySequence<byte>(message, 0, length);
            bool generated = Accepts(() => GetResponse.Parser.ParseFrom(cut));

            Assert.Equal(generated, Accepts(() => ReceivedBatch.Parse(cut).Dispose()));
        }
    }

    [Fact]
    public void A_flipped_bit_never_reads_outside_of_the_message()
    {
        byte[] message = Whole.ToByteArray();
        for (int bit = 0; bit < 8 * message.Length; bit++)
        {
            byte[] mutant = [.. message];
            mutant[bit / 8] ^= (byte)(1 << (bit % 8));

            _ = Accepts(() => ReceivedBatch.Parse(new ReadOnlySequence<byte>(mutant)).Dispose());
        }
    }

    private static bool Accepts(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
