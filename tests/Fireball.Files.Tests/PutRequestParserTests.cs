using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

public sealed class PutRequestParserTests
{
    private static readonly PutRequest Whole = new()
    {
        Start = new PutStart { Target = ByteString.CopyFromUtf8("there"), MakeParents = true },
        Records = { WireSamples.Records },
    };

    [Fact]
    public void Reads_what_the_generated_parser_reads()
    {
        PutRequest request = Parse(Whole.ToByteArray());
        using IDisposable memory = request.Memory!;

        Assert.Equal(Whole, request);
    }

    [Fact]
    public void Passes_over_fields_it_does_not_know()
    {
        PutRequest request = Parse([.. WireSamples.UnknownFields, .. Whole.ToByteArray(), .. WireSamples.UnknownFields]);
        using IDisposable memory = request.Memory!;

        Assert.Equal(Whole, request);
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused_or_ends_between_two_fields()
    {
        byte[] message = Whole.ToByteArray();
        for (int length = 0; length < message.Length; length++)
        {
            byte[] cut = message[..length];

            Assert.Equal(
                WireSamples.Accepts(() => PutRequest.Parser.ParseFrom(cut)),
                WireSamples.Accepts(() => Parse(cut).Memory!.Dispose()));
        }
    }

    [Fact]
    public void A_flipped_bit_is_refused_or_read_as_the_generated_parser_reads_it()
    {
        int read = 0;
        foreach (byte[] mutant in WireSamples.FlippedBits(Whole.ToByteArray()))
        {
            if (WireSamples.Read(() => Parse(mutant)) is { } request)
            {
                using IDisposable memory = request.Memory!;

                Assert.Equal(WireSamples.Known(PutRequest.Parser.ParseFrom(mutant).Records), WireSamples.Known(request.Records));
                read++;
            }
        }

        // Those in the data, at least.
        Assert.InRange(read, 8 * "bytes".Length, int.MaxValue);
    }

    private static PutRequest Parse(byte[] message) => PutRequestParser.Parse(new ReadOnlySequence<byte>(message));
}
