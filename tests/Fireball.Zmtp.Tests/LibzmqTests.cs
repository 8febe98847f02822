using Microsoft.Extensions.Time.Testing;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Fireball.Zmtp.Tests;

/// <summary>Both ways with libzmq, the reference implementation.</summary>
public sealed class LibzmqTests
{
    [LibzmqTheory]
    [InlineData(MechanismKind.Null, SocketType.Router)]
    [InlineData(MechanismKind.Null, SocketType.Dealer)]
    [InlineData(MechanismKind.Plain, SocketType.Router)]
    [InlineData(MechanismKind.Plain, SocketType.Dealer)]
    public async Task Our_client_talks_to_a_libzmq_server(MechanismKind mechanism, SocketType theirs)
    {
        await using var peer = await PythonPeer.StartAsync(Server(theirs, mechanism));
        await using var connection = await ConnectAsync(peer, new ZmtpOptions
        {
            SocketType = SocketType.Dealer,
            Mechanism = mechanism,
            Credentials = Connections.Credentials,
            Identity = "worker-7"u8.ToArray(),
        });
        Assert.Equal(theirs, connection.PeerSocketType);

        await connection.SendAsync("one", "", "three");
        var received = await peer.ReceiveAsync();
        string[] route = theirs == SocketType.Router ? ["worker-7"] : [];
        Assert.Equal([.. route, "one", "", "three"], Array.ConvertAll(received, Encoding.UTF8.GetString));

        await peer.SendAsync([.. Array.ConvertAll(route, Encoding.UTF8.GetBytes), "back"u8.ToArray(), new byte[300]]);
        Assert.Equal(["back"u8.ToArray(), new byte[300]], await connection.ReceiveAsync());
    }

    [LibzmqTheory]
    [InlineData(MechanismKind.Null, SocketType.Router)]
    [InlineData(MechanismKind.Null, SocketType.Dealer)]
    [InlineData(MechanismKind.Plain, SocketType.Router)]
    [InlineData(MechanismKind.Plain, SocketType.Dealer)]
    public async Task A_libzmq_client_talks_to_our_server(MechanismKind mechanism, SocketType ours)
    {
        using var listener = Listen();
        var accepting = listener.AcceptAsync(
            new ZmtpOptions { SocketType = ours, Mechanism = mechanism, PlainValidator = Connections.Credentials.Matches });
        await using var peer = await PythonPeer.StartAsync(Client("DEALER", listener.LocalEndpoint, mechanism, "open sesame"));
        await using var connection = await accepting;
        Assert.Equal("peer-1"u8.ToArray(), connection.PeerIdentity.ToArray());

        await peer.SendAsync("hello"u8.ToArray(), [], new byte[70_000]);
        var received = await connection.ReceiveAsync();
        Assert.Equal(["hello"u8.ToArray(), [], new byte[70_000]], received);
        await connection.SendAsync(received);
        Assert.Equal(received, await peer.ReceiveAsync());
    }

    [LibzmqFact]
    public async Task Messages_of_every_size_up_to_4_MiB_come_back_unchanged()
    {
        await using var peer = await PythonPeer.StartAsync(Server(SocketType.Dealer, MechanismKind.Null));
        await using var connection = await ConnectAsync(peer, new ZmtpOptions { MaxFrameSize = 4 << 20 });
        int[] sizes = [1, 2, 254, 255, 256, 257, 8191, 8192, 65_535, 65_536, 131_072, 1 << 20, (4 << 20) - 1, 4 << 20];
        var echo = peer.EchoAsync(sizes.Length);
        var random = new Random(1);
        foreach (var size in sizes)
        {
            var message = new byte[size];
            random.NextBytes(message);
            await connection.SendAsync(message);
            Assert.Equal(message, Assert.Single(await connection.ReceiveAsync()));
        }

        await echo;
    }

    [LibzmqTheory]
    [InlineData(MechanismKind.Null, 1, 1)]
    [InlineData(MechanismKind.Plain, 1, 1)]
    [InlineData(MechanismKind.Plain, 7, 11)]
    public async Task One_byte_and_odd_segments_change_nothing(MechanismKind mechanism, int smallest, int largest)
    {
        await using var peer = await PythonPeer.StartAsync(Server(SocketType.Dealer, mechanism));
        var random = new Random(2);
        var relay = Relay.Start(EndPointOf(peer.Endpoint), () => random.Next(smallest, largest + 1));
        await using var connection = await ConnectAsync(
            relay, new ZmtpOptions { Mechanism = mechanism, Credentials = Connections.Credentials });
        var echo = peer.EchoAsync(3);
        foreach (var size in new[] { 1, 255, 3000 })
        {
            var message = new byte[size];
            random.NextBytes(message);
            await connection.SendAsync(message, [], message);
            Assert.Equal([message, [], message], await connection.ReceiveAsync());
        }

        await echo;
    }

    [LibzmqFact]
    public async Task A_wrong_password_is_refused_by_libzmq_and_said_so()
    {
        await using var peer = await PythonPeer.StartAsync(Server(SocketType.Router, MechanismKind.Plain));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => ConnectAsync(peer, new ZmtpOptions
        {
            Mechanism = MechanismKind.Plain,
            Credentials = new PlainCredentials("fireball", "wrong"),
        }));
        // libzmq gives the status code of its authenticator.
        Assert.Equal("400", failure.PeerReason);
        Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
    }

    [LibzmqFact]
    public async Task A_wrong_password_is_refused_by_us_and_libzmq_hears_the_reason()
    {
        using var listener = Listen();
        var refused = Assert.ThrowsAsync<ZmtpException>(() => listener.AcceptAsync(Connections.Server(MechanismKind.Plain)));
        await using var peer = await PythonPeer.StartAsync(Client("DEALER", listener.LocalEndpoint, MechanismKind.Plain, "wrong"));
        Assert.Contains("password is wrong", (await refused).Message, StringComparison.Ordinal);
        var (name, _) = await peer.EventAsync("HANDSHAKE_FAILED_AUTH", "HANDSHAKE_FAILED_PROTOCOL", "DISCONNECTED");
        Assert.NotEqual("HANDSHAKE_SUCCEEDED", name);
    }

    [LibzmqTheory]
    [InlineData("SUB")]
    [InlineData("PULL")]
    [InlineData("PUB")]
    public async Task A_peer_whose_socket_type_does_not_fit_is_refused(string type)
    {
        using var listener = Listen();
        var refused = Assert.ThrowsAsync<ZmtpException>(() => listener.AcceptAsync(Connections.Server(MechanismKind.Null)));
        await using var peer = await PythonPeer.StartAsync(Client(type, listener.LocalEndpoint, MechanismKind.Null, ""));
        Assert.Contains(type, (await refused).Message, StringComparison.Ordinal);
    }

    [LibzmqFact]
    public async Task Mechanisms_that_differ_are_refused_and_named()
    {
        await using var peer = await PythonPeer.StartAsync(Server(SocketType.Router, MechanismKind.Plain));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => ConnectAsync(peer, new ZmtpOptions()));
        // libzmq closes before it has said its own.
        Assert.Contains("mechanism NULL", failure.Message, StringComparison.Ordinal);
    }

    [LibzmqFact]
    public async Task A_req_socket_of_libzmq_gets_its_reply_from_us()
    {
        using var listener = Listen();
        var accepting = listener.AcceptAsync(Connections.Server(MechanismKind.Null));
        await using var peer = await PythonPeer.StartAsync(Client("REQ", listener.LocalEndpoint, MechanismKind.Null, ""));
        await using var connection = await accepting;
        await peer.SendAsync("question"u8.ToArray());
        // RFC 28: an empty delimiter stands between the route and the request.
        Assert.Equal(["", "question"], await connection.ReceiveTextAsync());
        await connection.SendAsync("", "answer");
        Assert.Equal(["answer"u8.ToArray()], await peer.ReceiveAsync());
    }

    [LibzmqFact]
    public async Task Libzmq_closing_its_socket_is_an_orderly_end()
    {
        var peer = await PythonPeer.StartAsync(Server(SocketType.Dealer, MechanismKind.Null));
        await using var connection = await ConnectAsync(peer, new ZmtpOptions());
        await peer.SendAsync("last words"u8.ToArray());
        await peer.DisposeAsync();
        Assert.Equal(["last words"], await connection.ReceiveTextAsync());
        Assert.False(await connection.WaitToReadAsync());
    }

    [LibzmqFact]
    public async Task Heartbeats_with_ttl_keep_an_idle_connection_alive_in_both_directions()
    {
        var options = new JsonObject { ["HEARTBEAT_IVL"] = 200, ["HEARTBEAT_TIMEOUT"] = 2000, ["HEARTBEAT_TTL"] = 2000 };
        var config = Server(SocketType.Dealer, MechanismKind.Null);
        config["options"] = options;
        await using var peer = await PythonPeer.StartAsync(config);
        await using var connection = await ConnectAsync(peer, new ZmtpOptions
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
            HeartbeatTimeout = TimeSpan.FromMilliseconds(5000),
            HeartbeatTtl = TimeSpan.FromMilliseconds(5000),
        });
        // Idle for more than two of libzmq's time-outs: without our PONGs it would have closed. They are long enough that
        // a machine that stalls does not look like a peer that is gone.
        using var idle = new CancellationTokenSource(TimeSpan.FromMilliseconds(4500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.WaitToReadAsync(idle.Token).AsTask());
        await connection.SendAsync("still here");
        Assert.Equal(["still here"u8.ToArray()], await peer.ReceiveAsync());
        await peer.SendAsync("me too"u8.ToArray());
        Assert.Equal(["me too"], await connection.ReceiveTextAsync());
    }

    [LibzmqFact]
    public async Task Libzmq_gives_us_up_after_the_ttl_we_told_it()
    {
        await using var peer = await PythonPeer.StartAsync(Server(SocketType.Dealer, MechanismKind.Null));
        // One PING with a TTL of 0.2 s, and the next only after an hour.
        var clock = new FakeTimeProvider();
        await using var connection = await ConnectAsync(peer, new ZmtpOptions
        {
            HeartbeatInterval = TimeSpan.FromHours(1),
            HeartbeatTtl = TimeSpan.FromMilliseconds(200),
            TimeProvider = clock,
        });
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("DISCONNECTED", (await peer.EventAsync("DISCONNECTED")).Name);
    }

    private static JsonObject Server(SocketType type, MechanismKind mechanism)
    {
        var config = new JsonObject { ["type"] = SocketTypes.Name(type), ["bind"] = "tcp://127.0.0.1:*" };
        if (mechanism == MechanismKind.Plain)
        {
            config["plain_server"] = new JsonArray("fireball", "open sesame");
        }

        return config;
    }

    private static JsonObject Client(string type, EndPoint endpoint, MechanismKind mechanism, string password)
    {
        var config = new JsonObject { ["type"] = type, ["connect"] = $"tcp://{endpoint}", ["identity"] = "peer-1" };
        if (mechanism == MechanismKind.Plain)
        {
            config["plain"] = new JsonArray("fireball", password);
        }

        return config;
    }

    private static IPEndPoint EndPointOf(string endpoint) => IPEndPoint.Parse(endpoint["tcp://".Length..]);

    private static Task<ZmtpConnection> ConnectAsync(PythonPeer peer, ZmtpOptions options) =>
        ConnectAsync(EndPointOf(peer.Endpoint), options);

    private static async Task<ZmtpConnection> ConnectAsync(EndPoint endpoint, ZmtpOptions options)
    {
        var socket = new Socket(endpoint.AddressFamily, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint);
        return await ZmtpConnection.ConnectAsync(new NetworkStream(socket, ownsSocket: true), options);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
