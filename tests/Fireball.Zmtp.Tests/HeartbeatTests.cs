using Microsoft.Extensions.Time.Testing;

namespace Fireball.Zmtp.Tests;

/// <summary>PING, PONG and TTL on a clock that moves only when told.</summary>
public sealed class HeartbeatTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_ping_is_answered_with_its_context()
    {
        var (connection, raw) = await RawPeer.ConnectedAsync();
        await using var _ = connection;
        await using var __ = raw;
        await raw.WriteAsync((byte[])[4, 10, 4, .. "PING"u8, 0, 0, .. "abc"u8, 0, 0]);
        Assert.Equal([""], await connection.ReceiveTextAsync());
        var pong = new byte[10];
        await raw.ReadExactlyAsync(pong);
        Assert.Equal([4, 8, 4, .. "PONGabc"u8], pong);
    }

    [Fact]
    public async Task A_ping_between_the_frames_of_a_message_disturbs_nothing()
    {
        var (connection, raw) = await RawPeer.ConnectedAsync();
        await using var _ = connection;
        await using var __ = raw;
        await raw.WriteAsync((byte[])[1, 1, 1, 4, 7, 4, .. "PING"u8, 0, 0, 1, 1, 2, 4, 5, 4, .. "PONG"u8, 0, 1, 3]);
        Assert.Equal([[1], [2], [3]], await connection.ReceiveAsync());
    }

    [Fact]
    public async Task A_flood_of_pings_is_not_answered_without_bound()
    {
        var (connection, raw) = await RawPeer.ConnectedAsync();
        await using var _ = connection;
        await using var __ = raw;
        byte[] ping = [4, 7, 4, .. "PING"u8, 0, 0];
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await raw.WriteAsync(Enumerable.Repeat(ping, 100).SelectMany(static bytes => bytes).ToArray());
            }

            await raw.WriteAsync(new byte[] { 0, 0 });
        });
        // The answers are not read; they stay within the socket's buffer and a few more.
        Assert.Equal([""], await connection.ReceiveTextAsync());
        await sending;
        Assert.InRange(connection.UnsentBytes, 0, 64 * 1024);
    }

    [Fact]
    public async Task Pings_go_out_on_time_with_the_ttl_and_a_silent_peer_is_given_up()
    {
        var (connection, raw) = await ConnectedAsync(timeout: TimeSpan.FromSeconds(5));
        await using var _ = connection;
        await using var __ = raw;
        var reading = connection.WaitToReadAsync().AsTask();
        _clock.Advance(TimeSpan.FromSeconds(3));
        var ping = new byte[9];
        await raw.ReadExactlyAsync(ping);
        Assert.Equal([4, 7, 4, .. "PING"u8, 0, 100], ping);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(reading.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => reading);
        Assert.Contains("did not answer PING within 5 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_byte_is_a_sign_of_life()
    {
        var (connection, raw) = await ConnectedAsync(timeout: TimeSpan.FromSeconds(5));
        await using var _ = connection;
        await using var __ = raw;
        for (var i = 0; i < 10; i++)
        {
            var reading = connection.WaitToReadAsync().AsTask();
            _clock.Advance(TimeSpan.FromSeconds(4));
            await raw.WriteAsync(new byte[] { 0, 0 });
            Assert.True(await reading);
            Assert.True(connection.TryRead(out var _));
        }
    }

    [Fact]
    public async Task Silence_counts_only_while_a_receive_waits()
    {
        var (connection, raw) = await ConnectedAsync(timeout: TimeSpan.FromSeconds(5));
        await using var _ = connection;
        await using var __ = raw;
        _clock.Advance(TimeSpan.FromSeconds(60));
        await raw.WriteAsync(new byte[] { 0, 0 });
        Assert.Equal([""], await connection.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_peer_silent_for_the_ttl_it_announced_is_given_up()
    {
        var (connection, raw) = await RawPeer.ConnectedAsync(
            new ZmtpOptions { SocketType = SocketType.Router, TimeProvider = _clock });
        await using var _ = connection;
        await using var __ = raw;
        await raw.WriteAsync((byte[])[4, 7, 4, .. "PING"u8, 0, 20, 0, 0]);
        Assert.Equal([""], await connection.ReceiveTextAsync());
        var reading = connection.WaitToReadAsync().AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(reading.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => reading);
        Assert.Contains("silent for the 2 s", failure.Message, StringComparison.Ordinal);
    }

    private Task<(ZmtpConnection Connection, System.Net.Sockets.NetworkStream Raw)> ConnectedAsync(TimeSpan timeout) =>
        RawPeer.ConnectedAsync(new ZmtpOptions
        {
            SocketType = SocketType.Router,
            HeartbeatInterval = TimeSpan.FromSeconds(3),
            HeartbeatTimeout = timeout,
            HeartbeatTtl = TimeSpan.FromSeconds(10),
            TimeProvider = _clock,
        });
}
