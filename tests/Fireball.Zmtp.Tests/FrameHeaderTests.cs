namespace Fireball.Zmtp.Tests;

/// <summary>Frame headers byte by byte, RFC 37 "Framing".</summary>
public sealed class FrameHeaderTests
{
    [Theory]
    [InlineData(FrameFlags.None, 0, "0000")]
    [InlineData(FrameFlags.More, 255, "01FF")]
    [InlineData(FrameFlags.Command, 5, "0405")]
    [InlineData(FrameFlags.None, 256, "020000000000000100")]
    [InlineData(FrameFlags.More, 65536, "030000000000010000")]
    [InlineData(FrameFlags.Command, 300, "06000000000000012C")]
    internal void A_header_is_written_in_its_shortest_form_and_parsed_back(FrameFlags flags, int length, string hex)
    {
        var bytes = new byte[FrameHeader.LongSize];
        var size = FrameHeader.Write(bytes, flags, length);
        Assert.Equal(hex, Convert.ToHexString(bytes, 0, size));
        Assert.Equal(ParseStatus.Complete, FrameHeader.TryParse(bytes.AsSpan(0, size), out var header, out _));
        Assert.Equal((length, size), (header.BodyLength, header.Size));
        for (var cut = 0; cut < size; cut++)
        {
            Assert.Equal(ParseStatus.Incomplete, FrameHeader.TryParse(bytes.AsSpan(0, cut), out _, out _));
        }
    }

    [Fact]
    public void A_short_length_in_long_form_is_valid()
    {
        Assert.Equal(
            ParseStatus.Complete,
            FrameHeader.TryParse(Convert.FromHexString("020000000000000001"), out var header, out _));
        Assert.Equal(1, header.BodyLength);
    }

    [Fact]
    public void The_longest_length_parses_and_one_more_does_not()
    {
        Assert.Equal(
            ParseStatus.Complete,
            FrameHeader.TryParse(Convert.FromHexString("027FFFFFFFFFFFFFFF"), out var header, out _));
        Assert.Equal(long.MaxValue, header.BodyLength);
        Assert.Equal(
            ParseStatus.Invalid,
            FrameHeader.TryParse(Convert.FromHexString("028000000000000000"), out _, out _));
    }

    [Fact]
    public void Of_all_flag_bytes_only_those_the_grammar_has_are_taken()
    {
        byte[] valid = [0, 1, 2, 3, 4, 6];
        for (var flags = 0; flags < 256; flags++)
        {
            var status = FrameHeader.TryParse([(byte)flags, 0, 0, 0, 0, 0, 0, 0, 0], out _, out _);
            Assert.Equal(valid.Contains((byte)flags) ? ParseStatus.Complete : ParseStatus.Invalid, status);
        }
    }
}
