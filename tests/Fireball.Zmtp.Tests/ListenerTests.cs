using System.Net.Sockets;
using System.Threading.Channels;

namespace Fireball.Zmtp.Tests;

public sealed class ListenerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"zmtp-{Guid.NewGuid():N}");
    private readonly Channel<string> _refusals = Channel.CreateUnbounded<string>();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task A_hundred_slow_handshakes_do_not_hold_up_a_valid_client_and_are_closed_in_time()
    {
        await using var listener = Listen(TimeSpan.FromSeconds(2));
        var slow = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            slow.Add(await ConnectAsync());
            await slow[^1].SendAsync(RawPeer.Handshake.AsMemory(0, i % 100));
        }

        await using var client = await ClientAsync();
        await using var server = await listener.AcceptAsync();
        await client.SendAsync("through");
        Assert.Equal(["through"], await server.ReceiveTextAsync());
        foreach (var socket in slow)
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.ReadToEndAsync();
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Contains("did not end within 2 s", await RefusalAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_handshake_too_many_closes_the_oldest()
    {
        await using var listener = Listen(TimeSpan.FromMinutes(5), maxHandshakes: 3);
        var slow = new List<NetworkStream>();
        for (var i = 0; i < 3; i++)
        {
            slow.Add(new NetworkStream(await ConnectAsync(), ownsSocket: true));
            // Its greeting is the sign that the listener has it.
            await slow[i].ReadExactlyAsync(new byte[64]);
        }

        await using var client = await ClientAsync();
        await using var server = await listener.AcceptAsync();
        await slow[0].ReadToEndAsync();
        Assert.Contains("newer ones", await RefusalAsync(), StringComparison.Ordinal);
        await slow[1].WriteAsync(RawPeer.Handshake);
        await using var second = await listener.AcceptAsync();
        foreach (var stream in slow)
        {
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_peer_that_is_not_admitted_gets_no_byte()
    {
        await using var listener = Listen(TimeSpan.FromMinutes(5), refuse: static _ => "wrong uid");
        await using var stream = new NetworkStream(await ConnectAsync(), ownsSocket: true);
        Assert.Empty(await stream.ReadToEndAsync());
        Assert.Contains("wrong uid", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_throws_admits_nobody_and_the_listener_goes_on()
    {
        var calls = 0;
        await using var listener = Listen(
            TimeSpan.FromMinutes(5), refuse: _ => ++calls == 1 ? throw new InvalidOperationException("no credentials") : null);
        await using var stream = new NetworkStream(await ConnectAsync(), ownsSocket: true);
        Assert.Empty(await stream.ReadToEndAsync());
        await using var client = await ClientAsync();
        Assert.Contains("no credentials", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_ends_handshakes_and_waiting_connections()
    {
        var listener = Listen(TimeSpan.FromMinutes(5));
        await using var slow = new NetworkStream(await ConnectAsync(), ownsSocket: true);
        await using var client = await ClientAsync();
        await listener.DisposeAsync();
        await slow.ReadToEndAsync();
        await Assert.ThrowsAsync<ChannelClosedException>(() => listener.AcceptAsync().AsTask());
    }

    private ZmtpListener Listen(TimeSpan timeout, int maxHandshakes = 256, Func<Socket, string?>? refuse = null)
    {
        var socket = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_path));
        socket.Listen(200);
        return new ZmtpListener(socket, new ZmtpListenerOptions
        {
            Connection = new ZmtpOptions { SocketType = SocketType.Router, HandshakeTimeout = timeout },
            MaxHandshakes = maxHandshakes,
            Refuse = refuse,
            Refused = failure => _refusals.Writer.TryWrite(failure.Message),
        });
    }

    private async Task<string> RefusalAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _refusals.Reader.ReadAsync(timeout.Token);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path));
        return socket;
    }

    private async Task<ZmtpConnection> ClientAsync() =>
        await ZmtpConnection.ConnectAsync(new NetworkStream(await ConnectAsync(), ownsSocket: true), new ZmtpOptions());
}
