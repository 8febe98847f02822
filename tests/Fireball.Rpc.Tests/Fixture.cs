using Fireball.Zmtp;

namespace Fireball.Rpc.Tests;

/// <summary>A server with a <see cref="ProbeService"/>, a channel to it, and a limit that turns a hang into a failure.</summary>
internal sealed class Fixture : IAsyncDisposable
{
    /// <summary>Without keepalive: a message nobody flushed must not be saved by a ping.</summary>
    private static readonly RpcOptions Silent = new() { PingAfter = TimeSpan.FromHours(1), DeadAfter = TimeSpan.FromHours(2) };

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    private Fixture(RpcServer server) => Server = server;

    public RpcServer Server { get; }

    public RpcChannel Channel { get; private set; } = null!;

    public IMessageConnection ServerConnection { get; private set; } = null!;

    /// <summary>The server's end; faults with the reason the connection failed for.</summary>
    public Task Serving { get; private set; } = null!;

    public Probe.ProbeClient Client { get; private set; } = null!;

    /// <summary>Cancelled after a time no test needs.</summary>
    public CancellationToken Limit => _limit.Token;

    /// <summary>The test has looked at <see cref="Serving"/> itself.</summary>
    public void ServingWasAsserted() => Serving = Task.CompletedTask;

    public static async Task<Fixture> StartAsync(
        string transport,
        ProbeService? service = null,
        RpcOptions? options = null,
        RpcOptions? clientOptions = null,
        RelayTarget? relay = null)
    {
        options ??= Silent;
        var server = new RpcServer(options) { Relay = relay };
        if (relay is null)
        {
            Probe.BindService(server.Services, service ?? new ProbeService());
        }

        var fixture = new Fixture(server);
        var (client, accepted) = await Transports.ConnectAsync(transport, fixture.Limit);
        fixture.ServerConnection = accepted;
        fixture.Serving = server.ServeAsync(accepted, "a test", CancellationToken.None);
        fixture.Channel = new RpcChannel(client, clientOptions ?? options);
        fixture.Client = new Probe.ProbeClient(fixture.Channel.CallInvoker);
        return fixture;
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await Server.DisposeAsync();
        try
        {
            await Serving.WaitAsync(Limit);
        }
        catch (IOException)
        {
            // How a connection ends is asserted by the tests it matters to.
        }

        _limit.Dispose();
    }
}
