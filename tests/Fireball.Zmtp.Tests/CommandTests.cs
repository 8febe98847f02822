using System.Buffers;

namespace Fireball.Zmtp.Tests;

/// <summary>Commands and their data byte by byte, RFC 37 and RFC 24.</summary>
public sealed class CommandTests
{
    [Fact]
    public void A_dealers_ready_has_its_literal_bytes()
    {
        var output = new ArrayBufferWriter<byte>();
        Mechanism.Create(new ZmtpOptions(), asServer: false).Start(output);
        Assert.Equal(
            "\u0004\u0029\u0005READY\u000bSocket-Type\0\0\0\u0006DEALER\u0008Identity\0\0\0\0"u8.ToArray(),
            output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Hello_has_its_literal_bytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var options = new ZmtpOptions { Mechanism = MechanismKind.Plain, Credentials = new PlainCredentials("bob", "1234") };
        Mechanism.Create(options, asServer: false).Start(output);
        Assert.Equal("\u0004\u000f\u0005HELLO\u0003bob\u00041234"u8.ToArray(), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Error_has_its_literal_bytes_and_its_reason_is_made_safe_to_show()
    {
        var output = new ArrayBufferWriter<byte>();
        Mechanism.WriteError(output, "no");
        Assert.Equal("\u0004\u0009\u0005ERROR\u0002no"u8.ToArray(), output.WrittenSpan.ToArray());
        Assert.True(Command.TryParseErrorReason("\u0005a\u001b[0m"u8, out var reason));
        Assert.Equal("a?[0m", reason);
        Assert.False(Command.TryParseErrorReason("\u0006short"u8, out _));
        Assert.False(Command.TryParseErrorReason(""u8, out _));
    }

    [Fact]
    public void Ping_and_pong_have_their_literal_bytes()
    {
        var bytes = new byte[Heartbeat.MaxBodySize];
        var size = Heartbeat.WritePing(bytes, TimeSpan.FromSeconds(30));
        Assert.Equal("0450494E47012C", Convert.ToHexString(bytes, 0, size));
        size = Heartbeat.WritePong(bytes, "ctx"u8);
        Assert.Equal("04504F4E47637478", Convert.ToHexString(bytes, 0, size));
        Assert.True(Heartbeat.TryParsePing([0x01, 0x2C, 7], out var ttl, out var context));
        Assert.Equal((30, 1), (ttl.TotalSeconds, context.Length));
        Assert.False(Heartbeat.TryParsePing([0], out _, out _));
        Assert.False(Heartbeat.TryParsePing(new byte[19], out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0541")]
    [InlineData("FF41")]
    public void A_malformed_command_is_not_taken(string hex) =>
        Assert.False(Command.TryParse(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("00")] // a name of no bytes
    [InlineData("0141000000")] // the value's length cut short
    [InlineData("01410000000242")] // a value longer than what is there
    [InlineData("014180000000")] // a length beyond 2^31-1
    [InlineData("0120000000" + "00")] // a blank in the name
    [InlineData("014100000000" + "016100000000")] // the same name twice
    public void Malformed_metadata_is_not_taken(string hex)
    {
        Assert.False(Properties.TryParse(Convert.FromHexString(hex), out _, out var reason));
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Property_names_ignore_case()
    {
        Assert.True(Properties.TryParse("\u000bSOCKET-TYPE\0\0\0\u0003REQ"u8, out var properties, out _));
        Assert.Equal("REQ"u8.ToArray(), properties["Socket-Type"].ToArray());
    }

    [Fact]
    public void Socket_types_fit_as_the_table_of_the_rfc_says()
    {
        var expected = new Dictionary<SocketType, SocketType[]>
        {
            [SocketType.Dealer] = [SocketType.Rep, SocketType.Dealer, SocketType.Router],
            [SocketType.Router] = [SocketType.Req, SocketType.Dealer, SocketType.Router],
        };
        foreach (var ours in Enum.GetValues<SocketType>())
        {
            foreach (var theirs in Enum.GetValues<SocketType>())
            {
                var fits = SocketTypes.AreCompatible(ours, theirs);
                Assert.Equal(fits, SocketTypes.AreCompatible(theirs, ours));
                if (expected.TryGetValue(ours, out var peers))
                {
                    Assert.Equal(peers.Contains(theirs), fits);
                }
            }
        }
    }
}
