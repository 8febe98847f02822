using System.Net.Sockets;
using System.Text;

namespace Fireball.Zmtp.Tests;

/// <summary>What a peer must not get away with: fault catalogue rows 19 to 24.</summary>
public sealed class HostileInputTests
{
    [Theory]
    [InlineData("08", "reserved")]
    [InlineData("80", "reserved")]
    [InlineData("0505", "MORE")]
    [InlineData("028000000000000000", "top bit")]
    [InlineData("027FFFFFFFFFFFFFFF", "at most 1048576")]
    [InlineData("020000000000100001", "at most 1048576")]
    [InlineData("067FFFFFFFFFFFFFFF", "at most 512")]
    [InlineData("0400", "malformed command")]
    [InlineData("04020541", "malformed command")]
    [InlineData("040A" + "09535542534352494245", "SUBSCRIBE")]
    [InlineData("0407" + "0643414E43454C", "CANCEL")]
    [InlineData("0406" + "055245414459", "READY")]
    [InlineData("0404" + "03464F4F", "FOO")]
    [InlineData("0406" + "0450494E4700", "malformed PING")]
    [InlineData("0416" + "04504F4E47" + "0000000000000000000000000000000000", "malformed PONG")]
    [InlineData("040A" + "054552524F52" + "03627965", "ERROR: bye")]
    public async Task Bytes_the_grammar_does_not_have_close_the_connection_with_the_reason(
        string hex, string reason)
    {
        var (connection, raw) = await RawPeer.ConnectedAsync();
        await using var _ = connection;
        await using var __ = raw;
        // A message before it is still delivered.
        await raw.WriteAsync(new byte[] { 0, 1, (byte)'x' });
        await raw.WriteAsync(Convert.FromHexString(hex));
        Assert.Equal(["x"], await connection.ReceiveTextAsync());
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => connection.WaitToReadAsync().AsTask());
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        await raw.ReadToEndAsync();
        // The first failure is what every later call says.
        Assert.Equal(failure.Message, Assert.Throws<ZmtpException>(() => connection.Write(0, static (_, _) => { })).Message);
        Assert.Equal(failure.Message, (await Assert.ThrowsAsync<ZmtpException>(() => connection.FlushAsync().AsTask())).Message);
        Assert.Equal(failure.Message, (await Assert.ThrowsAsync<ZmtpException>(() => connection.WaitToReadAsync().AsTask())).Message);
    }

    [Fact]
    public async Task Frames_that_together_exceed_the_message_limit_close_the_connection()
    {
        var (connection, raw) = await RawPeer.ConnectedAsync(
            new ZmtpOptions { SocketType = SocketType.Router, MaxFrameSize = 100, MaxMessageSize = 150 });
        await using var _ = connection;
        await using var __ = raw;
        await raw.WriteAsync((byte[])[1, 100, .. new byte[100], 0, 51]);
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => connection.WaitToReadAsync().AsTask());
        Assert.Contains("more than 150 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_empty_frames_and_endless_commands_inside_a_message_are_stopped()
    {
        foreach (var part in new byte[][] { [1, 0], [4, 7, 4, .. "PING"u8, 0, 0] })
        {
            var (connection, raw) = await RawPeer.ConnectedAsync();
            await using var _ = connection;
            await using var __ = raw;
            await raw.WriteAsync((byte[])[1, 0, .. Enumerable.Repeat(part, 2000).SelectMany(static bytes => bytes)]);
            await Assert.ThrowsAsync<ZmtpException>(() => connection.WaitToReadAsync().AsTask());
        }
    }

    [Fact]
    public async Task A_promised_length_allocates_nothing_near_it()
    {
        // The largest that is accepted, with nothing behind it.
        var options = new ZmtpOptions { SocketType = SocketType.Router, MaxFrameSize = 1 << 30, MaxMessageSize = 1 << 30 };
        var (connection, raw) = await RawPeer.ConnectedAsync(options);
        await using var _ = connection;
        await using var __ = raw;
        await raw.WriteAsync(Convert.FromHexString("020000000040000000"));
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.WaitToReadAsync(timeout.Token).AsTask());
        Assert.InRange(connection.ReceiveBufferSize, 1, 1 << 20);
    }

    [Fact]
    public void The_receive_buffer_grows_with_what_arrived_and_not_with_what_was_promised()
    {
        var buffer = new FrameBuffer();
        var arrived = 0;
        while (arrived < 8 << 20)
        {
            var space = buffer.GetFreeSpace(1 << 30);
            Assert.InRange(buffer.Array.Length, 1, Math.Max(1 << 20, 8 * arrived));
            buffer.Received(space.Length);
            arrived += space.Length;
        }
    }

    [Theory]
    [InlineData(MechanismKind.Null)]
    [InlineData(MechanismKind.Plain)]
    public async Task A_handshake_cut_off_anywhere_fails_with_a_reason(MechanismKind mechanism)
    {
        byte[] whole = mechanism == MechanismKind.Null
            ? RawPeer.Handshake
            : [.. RawPeer.GreetingOf("PLAIN"), 4, 20, 5, .. "HELLO"u8, 8, .. "fireball"u8, 4, .. "open"u8];
        for (var length = 0; length < whole.Length; length++)
        {
            var (raw, stream) = await Connections.StreamPairAsync();
            await using var _ = raw;
            await raw.WriteAsync(whole.AsMemory(0, length));
            raw.Socket.Shutdown(SocketShutdown.Send);
            var failure = await Assert.ThrowsAsync<ZmtpException>(
                () => ZmtpConnection.AcceptAsync(stream, Connections.Server(mechanism)));
            Assert.Contains("closed the connection in the", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_message_cut_off_anywhere_is_an_error_and_not_an_end()
    {
        byte[] message = [1, 3, 1, 2, 3, 2, 0, 0, 0, 0, 0, 0, 1, 0, .. new byte[256]];
        for (var length = 1; length < message.Length; length++)
        {
            var (connection, raw) = await RawPeer.ConnectedAsync();
            await using var _ = connection;
            await using var __ = raw;
            await raw.WriteAsync(message.AsMemory(0, length));
            raw.Socket.Shutdown(SocketShutdown.Send);
            var failure = await Assert.ThrowsAsync<ZmtpException>(() => connection.WaitToReadAsync().AsTask());
            Assert.Contains("inside a message", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "does not speak ZMTP")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "does not speak ZMTP")]
    public async Task Another_protocol_is_refused_at_its_first_byte(string text, string reason)
    {
        var (raw, stream) = await Connections.StreamPairAsync();
        await using var _ = raw;
        await raw.WriteAsync(Encoding.ASCII.GetBytes(text));
        var failure = await Assert.ThrowsAsync<ZmtpException>(
            () => ZmtpConnection.AcceptAsync(stream, Connections.Server(MechanismKind.Null)));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        await raw.ReadToEndAsync();
    }

    [Theory]
    [InlineData("00", "before the handshake was done")]
    [InlineData("0003414243", "before the handshake was done")]
    [InlineData("06000000000000FFFF", "at most 512")]
    [InlineData("067FFFFFFFFFFFFFFF", "at most 512")]
    [InlineData("0406" + "0548454C4C4F", "HELLO")]
    [InlineData("0406" + "055245414459", "socket type")]
    [InlineData("0407" + "05524541445900", "cut short")]
    public async Task Nothing_but_a_fitting_ready_ends_a_null_handshake_and_the_peer_hears_why(string hex, string reason)
    {
        var (raw, stream) = await Connections.StreamPairAsync();
        await using var _ = raw;
        await raw.WriteAsync((byte[])[.. RawPeer.GreetingOf("NULL"), .. Convert.FromHexString(hex), 0]);
        var failure = await Assert.ThrowsAsync<ZmtpException>(
            () => ZmtpConnection.AcceptAsync(stream, Connections.Server(MechanismKind.Null)));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ERROR", Encoding.ASCII.GetString(await raw.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_client_hears_why()
    {
        var (client, server) = await Connections.StreamPairAsync();
        var accepting = ZmtpConnection.AcceptAsync(server, Connections.Server(MechanismKind.Plain));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => ZmtpConnection.ConnectAsync(client, new ZmtpOptions
        {
            Mechanism = MechanismKind.Plain,
            Credentials = new PlainCredentials("fireball", "open sesamE"),
        }));
        Assert.Equal("Invalid username or password", failure.PeerReason);
        await Assert.ThrowsAsync<ZmtpException>(() => accepting);
    }

    [Fact]
    public async Task A_silent_peer_is_closed_when_the_handshake_time_is_over()
    {
        var (raw, stream) = await Connections.StreamPairAsync();
        await using var _ = raw;
        await raw.WriteAsync(RawPeer.Handshake.AsMemory(0, 70));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => ZmtpConnection.AcceptAsync(
            stream, new ZmtpOptions { SocketType = SocketType.Router, HandshakeTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("within 0.1 s", failure.Message, StringComparison.Ordinal);
        await raw.ReadToEndAsync();
    }
}
