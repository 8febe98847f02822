using System.Text;
using System.Text.Json.Nodes;

namespace Fireball.Zmtp.Tests;

/// <summary>ROUTER and DEALER with many peers, RFC 28.</summary>
public sealed class RoutingTests
{
    [Fact]
    public async Task A_router_answers_each_peer_by_its_identity_and_drops_what_it_cannot_route()
    {
        await using var router = new ZmtpRouter();
        var clients = new List<ZmtpConnection>();
        foreach (var name in new[] { "a", "b", "" })
        {
            var (client, server) = await Connections.PairAsync(
                new ZmtpOptions { Identity = Encoding.UTF8.GetBytes(name) }, Connections.Server(MechanismKind.Null));
            clients.Add(client);
            Assert.NotNull(router.Attach(server));
            await client.SendAsync("from", name);
        }

        for (var i = 0; i < clients.Count; i++)
        {
            var (identity, frames) = await router.ReceiveAsync();
            var name = Encoding.UTF8.GetString(frames[1]);
            Assert.Equal(name.Length > 0 ? name : "\0\0\0\0\u0001", Encoding.UTF8.GetString(identity));
            Assert.True(await router.TrySendAsync(identity, ["to"u8.ToArray(), frames[1]]));
        }

        Assert.Equal(["to", "a"], await clients[0].ReceiveTextAsync());
        Assert.Equal(["to", "b"], await clients[1].ReceiveTextAsync());
        Assert.Equal(["to", ""], await clients[2].ReceiveTextAsync());
        Assert.False(await router.TrySendAsync("nobody"u8.ToArray(), ["x"u8.ToArray()]));
        await CloseAllAsync(clients);
    }

    [Fact]
    public async Task A_second_peer_of_the_same_identity_is_not_taken()
    {
        await using var router = new ZmtpRouter();
        var options = new ZmtpOptions { Identity = "same"u8.ToArray() };
        var (first, firstServer) = await Connections.PairAsync(options, Connections.Server(MechanismKind.Null));
        var (second, secondServer) = await Connections.PairAsync(options, Connections.Server(MechanismKind.Null));
        Assert.NotNull(router.Attach(firstServer));
        Assert.Null(router.Attach(secondServer));
        await secondServer.DisposeAsync();
        await first.SendAsync("still routed");
        Assert.Equal("same"u8.ToArray(), (await router.ReceiveAsync()).Identity);
        await CloseAllAsync([first, second]);
    }

    [Fact]
    public async Task A_busy_peer_does_not_crowd_out_a_quiet_one()
    {
        await using var router = new ZmtpRouter();
        var (busy, busyServer) = await Connections.PairAsync(
            new ZmtpOptions { Identity = "busy"u8.ToArray() }, Connections.Server(MechanismKind.Null));
        var (quiet, quietServer) = await Connections.PairAsync(
            new ZmtpOptions { Identity = "quiet"u8.ToArray() }, Connections.Server(MechanismKind.Null));
        for (var i = 0; i < 500; i++)
        {
            // Flushed once: a socket that nobody reads takes few small writes.
            busy.Write(0, static (writer, _) => writer.BeginFrame(0, more: false));
        }

        await busy.FlushAsync();

        await quiet.SendAsync("once");
        router.Attach(busyServer);
        Assert.Equal("busy"u8.ToArray(), (await router.ReceiveAsync()).Identity);
        router.Attach(quietServer);
        // Parked messages are at most one a peer, so the quiet one comes long before the busy one's last.
        var before = 0;
        while (Encoding.UTF8.GetString((await router.ReceiveAsync()).Identity) != "quiet")
        {
            before++;
        }

        Assert.InRange(before, 0, 498);
        await CloseAllAsync([busy, quiet]);
    }

    [Fact]
    public async Task A_dealer_sends_in_rotation_waits_for_a_first_peer_and_forgets_one_that_left()
    {
        await using var dealer = new ZmtpDealer();
        var waiting = dealer.SendAsync(["first"u8.ToArray()]).AsTask();
        Assert.False(waiting.IsCompleted);
        var (one, oneServer) = await Connections.PairAsync(MechanismKind.Null);
        dealer.Attach(oneServer);
        await waiting;
        Assert.Equal(["first"], await one.ReceiveTextAsync());

        var (two, twoServer) = await Connections.PairAsync(MechanismKind.Null);
        dealer.Attach(twoServer);
        for (var i = 0; i < 4; i++)
        {
            await dealer.SendAsync([Encoding.UTF8.GetBytes($"{i}")]);
        }

        var of1 = new[] { await one.ReceiveTextAsync(), await one.ReceiveTextAsync() }.SelectMany(static frames => frames);
        var of2 = new[] { await two.ReceiveTextAsync(), await two.ReceiveTextAsync() }.SelectMany(static frames => frames);
        Assert.Equal(["0", "1", "2", "3"], of1.Concat(of2).Order(StringComparer.Ordinal));

        await one.CloseAsync();
        Assert.False(await one.WaitToReadAsync());
        await dealer.SendAsync(["left"u8.ToArray()]);
        Assert.Equal(["left"], await two.ReceiveTextAsync());
        await two.SendAsync("answer");
        Assert.Equal("answer"u8.ToArray(), Assert.Single(await dealer.ReceiveAsync()));
        await CloseAllAsync([one, two]);
    }

    [LibzmqFact]
    public async Task Our_router_serves_several_libzmq_dealers()
    {
        var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        socket.Listen();
        await using var listener = new ZmtpListener(
            socket, new ZmtpListenerOptions { Connection = Connections.Server(MechanismKind.Null) });
        await using var router = new ZmtpRouter();
        var peers = new List<PythonPeer>();
        foreach (var name in new[] { "x", "y" })
        {
            peers.Add(await PythonPeer.StartAsync(
                new JsonObject { ["type"] = "DEALER", ["identity"] = name, ["connect"] = $"tcp://{socket.LocalEndPoint}" }));
            router.Attach(await listener.AcceptAsync());
            await peers[^1].SendAsync(Encoding.UTF8.GetBytes(name));
        }

        for (var i = 0; i < peers.Count; i++)
        {
            var (identity, frames) = await router.ReceiveAsync();
            Assert.Equal(identity, Assert.Single(frames));
            Assert.True(await router.TrySendAsync(identity, [frames[0], "ok"u8.ToArray()]));
        }

        Assert.Equal(["x"u8.ToArray(), "ok"u8.ToArray()], await peers[0].ReceiveAsync());
        Assert.Equal(["y"u8.ToArray(), "ok"u8.ToArray()], await peers[1].ReceiveAsync());
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    private static async Task CloseAllAsync(IEnumerable<ZmtpConnection> connections)
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
