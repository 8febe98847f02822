using System.Text;

namespace Fireball.Zmtp.Tests;

/// <summary>The greeting byte by byte, RFC 37.</summary>
public sealed class GreetingTests
{
    private static readonly byte[] NullClient =
    [
        0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1,
        (byte)'N', (byte)'U', (byte)'L', (byte)'L', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    [Fact]
    public void A_null_client_writes_64_literal_bytes()
    {
        var bytes = new byte[64];
        Greeting.Write(bytes, MechanismKind.Null, asServer: false);
        Assert.Equal(NullClient, bytes);
    }

    [Fact]
    public void A_plain_server_says_so_at_offsets_12_and_32()
    {
        var bytes = new byte[64];
        Greeting.Write(bytes, MechanismKind.Plain, asServer: true);
        Assert.Equal("PLAIN\0", Encoding.ASCII.GetString(bytes, 12, 6));
        Assert.Equal(1, bytes[32]);
        Assert.Equal(ParseStatus.Complete, Greeting.TryParse(bytes, out var greeting, out _));
        Assert.Equal(new Greeting(3, 1, "PLAIN", AsServer: true), greeting);
    }

    [Fact]
    public void Every_beginning_of_a_greeting_is_incomplete_and_not_refused()
    {
        for (var length = 0; length < 64; length++)
        {
            Assert.Equal(ParseStatus.Incomplete, Greeting.TryParse(NullClient.AsSpan(0, length), out _, out _));
        }
    }

    [Theory]
    [InlineData(0, 0xFE, 1)]
    [InlineData(9, 0x7E, 10)]
    [InlineData(10, 1, 11)]
    [InlineData(10, 2, 11)]
    [InlineData(12, (byte)'n', 64)]
    [InlineData(12, 0, 64)]
    [InlineData(17, (byte)'X', 64)]
    [InlineData(32, 2, 64)]
    [InlineData(33, 1, 64)]
    [InlineData(63, 0x80, 64)]
    public void A_wrong_byte_is_refused_as_soon_as_it_is_seen(int offset, byte value, int seen)
    {
        var bytes = (byte[])NullClient.Clone();
        bytes[offset] = value;
        Assert.Equal(ParseStatus.Incomplete, Greeting.TryParse(bytes.AsSpan(0, seen - 1), out _, out _));
        Assert.Equal(ParseStatus.Invalid, Greeting.TryParse(bytes.AsSpan(0, seen), out _, out var reason));
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void A_later_version_is_taken_with_whatever_its_filler_holds()
    {
        var bytes = (byte[])NullClient.Clone();
        (bytes[11], bytes[40]) = (2, 7);
        Assert.Equal(ParseStatus.Complete, Greeting.TryParse(bytes, out var greeting, out _));
        Assert.Equal(2, greeting.Minor);
    }
}
