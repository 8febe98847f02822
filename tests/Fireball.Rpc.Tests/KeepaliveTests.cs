using Microsoft.Extensions.Time.Testing;
using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class KeepaliveTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly FakeTimeProvider _time = new();

    private RpcOptions Options => new() { TimeProvider = _time };

    [Fact]
    public async Task A_client_asks_after_five_silent_seconds_and_gives_up_after_fifteen()
    {
        var (client, peer) = await Transports.ConnectAsync("memory", _limit.Token);
        await using var channel = new RpcChannel(client, Options);
        var call = new Probe.ProbeClient(channel.CallInvoker).UnaryAsync(new Note()).ResponseAsync;
        await ExchangeAsync(peer);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1ul, (await NextPingAsync(peer)).Number);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var failure = await call.FailsWithAsync(StatusCode.Unavailable);
        Assert.Contains("taken for dead", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(failure.Status.Detail, (await channel.Closed.WaitAsync(_limit.Token)).Detail);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_that_says_anything_stays_alive()
    {
        var (client, peer) = await Transports.ConnectAsync("memory", _limit.Token);
        await using var channel = new RpcChannel(client, Options);
        for (var i = 0; i < 10; i++)
        {
            await ExchangeAsync(peer);
            _time.Advance(TimeSpan.FromSeconds(14));
        }

        Assert.False(channel.Closed.IsCompleted);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task A_pause_of_this_process_is_none_of_the_peers()
    {
        var (client, peer) = await Transports.ConnectAsync("memory", _limit.Token);
        await using var channel = new RpcChannel(client, Options);
        await ExchangeAsync(peer);

        // As Ctrl-Z does, or a machine that sleeps: the timer fires long after it was due. The peer is asked first.
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1ul, (await NextPingAsync(peer)).Number);
        Assert.False(channel.Closed.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("taken for dead", (await channel.Closed.WaitAsync(_limit.Token)).Detail, StringComparison.Ordinal);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task What_is_said_of_a_silent_peer_is_the_callers_choice()
    {
        var (client, peer) = await Transports.ConnectAsync("memory", _limit.Token);
        await using var channel = new RpcChannel(client, Options with { WhenSilent = "pid 7 is silent" });
        await ExchangeAsync(peer);
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        var status = await channel.Closed.WaitAsync(_limit.Token);
        Assert.Contains("pid 7 is silent", status.Detail, StringComparison.Ordinal);
        Assert.IsType<TimeoutException>(status.DebugException!.InnerException);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task A_server_asks_later_than_a_client_and_gives_up_as_soon()
    {
        await using var server = new RpcServer(Options);
        var (peer, accepted) = await Transports.ConnectAsync("memory", _limit.Token);
        var serving = server.ServeAsync(accepted);
        await ExchangeAsync(peer);
        _time.Advance(TimeSpan.FromSeconds(7.4));
        await ExchangeAsync(peer);
        _time.Advance(TimeSpan.FromSeconds(7.5));
        Assert.Equal(1ul, (await NextPingAsync(peer)).Number);
        _time.Advance(TimeSpan.FromSeconds(7.4));
        Assert.False(serving.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var failure = await Assert.ThrowsAsync<IOException>(() => serving.WaitAsync(_limit.Token));
        Assert.Contains("taken for dead", failure.Message, StringComparison.Ordinal);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Two_idle_sides_keep_each_other_alive_for_an_hour()
    {
        await using var fixture = await ZmtpFixture.StartAsync("memory", options: Options);
        for (var i = 0; i < 3600 / 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await fixture.Client.UnaryAsync(new Note(), cancellationToken: fixture.Limit);
        }

        Assert.False(fixture.Channel.Closed.IsCompleted);
        Assert.False(fixture.Serving.IsCompleted);
    }

    public void Dispose() => _limit.Dispose();

    /// <summary>A ping and its pong: after this the other side has heard from us at the clock's present time.</summary>
    private async Task ExchangeAsync(IMessageConnection peer)
    {
        await peer.SendAsync(new Envelope { Ping = new() { Number = 77 } });
        while ((await peer.ReceiveAsync(_limit.Token)).Pong?.Number != 77)
        {
        }
    }

    private async Task<Ping> NextPingAsync(IMessageConnection peer)
    {
        while (true)
        {
            if ((await peer.ReceiveAsync(_limit.Token)).Ping is { } ping)
            {
                return ping;
            }
        }
    }
}
