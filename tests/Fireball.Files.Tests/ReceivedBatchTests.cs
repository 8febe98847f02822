using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

public sealed class ReceivedBatchTests
{
    private static readonly GetResponse Whole = new()
    {
        Records = { WireSamples.Records },
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
    public void A_flipped_bit_never_reads_outside_of_the_message()
    {
        foreach (byte[] mutant in WireSamples.FlippedBits(Whole.ToByteArray()))
        {
            _ = WireSamples.Accepts(() => ReceivedBatch.Parse(new ReadOnlySequence<byte>(mutant)).Dispose());
        }
    }
}
