using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

public sealed class ReceivedBatchTests
{
    private static readonly GetResponse Whole = new()
    {
        Records = { WireSamples.Records },
        Failures = { new FileFailure { Path = ByteString.CopyFromUtf8("c"), ErrorNumber = 13, Message = "no" } },
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
        using var batch = ReceivedBatch.Parse(new ReadOnlySequence<byte>(
            [.. WireSamples.UnknownFields, .. Whole.ToByteArray(), .. WireSamples.UnknownFields]));

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

            Assert.Equal(
                WireSamples.Accepts(() => GetResponse.Parser.ParseFrom(cut)),
                WireSamples.Accepts(() => ReceivedBatch.Parse(cut).Dispose()));
        }
    }

    [Fact]
    public void A_flipped_bit_is_refused_or_read_as_the_generated_parser_reads_it()
    {
        int read = 0;
        foreach (byte[] mutant in WireSamples.FlippedBits(Whole.ToByteArray()))
        {
            using ReceivedBatch? batch = WireSamples.Read(() => ReceivedBatch.Parse(new ReadOnlySequence<byte>(mutant)));
            if (batch is not null)
            {
                GetResponse expected = GetResponse.Parser.ParseFrom(mutant);
                Assert.Equal(WireSamples.Known(expected.Records), WireSamples.Known(batch.Records));
                Assert.Equal(expected.Failures, batch.Failures);
                read++;
            }
        }

        // Those in the data, at least.
        Assert.InRange(read, 8 * "bytes".Length, int.MaxValue);
    }
}
