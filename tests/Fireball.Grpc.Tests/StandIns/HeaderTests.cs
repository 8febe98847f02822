using Grpc.Net;

namespace Fireball.Grpc.Tests;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("1u", 10)]
    [InlineData("99999999u", 999_999_990)]
    [InlineData("100000m", 1_000_000_000)]
    [InlineData("1n", 1)]
    [InlineData("5S", 50_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1H", 36_000_000_000)]
    public void A_timeout_is_read_in_each_unit(string text, long ticks)
    {
        Assert.True(TimeoutHeader.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("-5S")]
    [InlineData("+5S")]
    [InlineData(" 5S")]
    [InlineData("5.0S")]
    [InlineData("123456789S")]
    public void What_is_no_timeout_is_refused(string text) => Assert.False(TimeoutHeader.TryParse(text, out _));

    [Theory]
    [InlineData(1, "1u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    [InlineData(long.MaxValue, "99999999H")]
    public void A_timeout_is_written_in_the_finest_unit_and_never_shorter(long ticks, string text)
    {
        Assert.Equal(text, TimeoutHeader.Encode(TimeSpan.FromTicks(ticks)));
    }

    [Theory]
    [InlineData("plain words: ~!@#", "plain words: ~!@#")]
    [InlineData("100%", "100%25")]
    [InlineData("\t\r\n", "%09%0D%0A")]
    [InlineData("☺", "%E2%98%BA")]
    [InlineData("😈", "%F0%9F%98%88")]
    public void A_message_is_percent_encoded(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("a%e2%98%bab", "a☺b")]
    [InlineData("%ff", "\ufffd")]
    public void A_badly_encoded_message_is_kept_as_far_as_it_can_be(string encoded, string text) =>
        Assert.Equal(text, PercentEncoding.Decode(encoded));

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/gRPC; charset=utf-8", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/json", false)]
    [InlineData(null, false)]
    public void A_content_type_is_gRPC_or_not(string? contentType, bool expected) =>
        Assert.Equal(expected, HeaderNames.IsGrpcContentType(contentType));

    [Theory]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("AQI=", new byte[] { 1, 2 })]
    [InlineData("", new byte[0])]
    public void A_binary_value_is_read_with_and_without_padding(string value, byte[] bytes)
    {
        var metadata = new Metadata();
        MetadataHeaders.Add(metadata, "X-Data-Bin", value);
        Assert.Equal(bytes, metadata.GetValueBytes("x-data-bin"));
    }
}
