using Grpc.Core;

namespace Fireball.Rpc.Tests;

/// <summary>Our calls over ZMTP, with all that is to be seen of them.</summary>
internal sealed class ZmtpFixture : Fixture
{
    /// <summary>Without keepalive: a message that was not flushed must not be saved by a ping.</summary>
    public static readonly RpcOptions Silent = new() { PingAfter = TimeSpan.FromHours(1), DeadAfter = TimeSpan.FromHours(2) };

    private ZmtpFixture(RpcServer server) => Server = server;

    public RpcServer Server { get; }

    public RpcChannel Channel { get; private set; } = null!;

    /// <summary>The server's end; faults with the reason the connection failed for.</summary>
    public Task Serving { get; private set; } = null!;

    public override CallInvoker Invoker => Channel.CallInvoker;

    // The initial window, both ways; it grows with what is read only.
    public override int LeastUnreadResponses => Server.Options.InitialWindow;

    public override int MostUnreadResponses => Server.Options.InitialWindow;

    public override int MostUnreadRequests => Server.Options.InitialWindow;

    public override StatusCode ChannelDisposed => StatusCode.Unavailable;

    /// <summary>The test has looked at <see cref="Serving"/> itself.</summary>
    public void ServingWasAsserted() => Serving = Task.CompletedTask;

    public static async Task<ZmtpFixture> StartAsync(
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

        var fixture = new ZmtpFixture(server);
        var (client, accepted) = await Transports.ConnectAsync(transport, fixture.Limit);
        fixture.Serving = server.ServeAsync(accepted, "a test", CancellationToken.None);
        fixture.Channel = new RpcChannel(client, clientOptions ?? options);
        return fixture;
    }

    public override Task DrainAsync(string reason, CancellationToken cancellationToken) => Server.DrainAsync(reason, cancellationToken);

    public override Task StopServerAsync() => Server.DisposeAsync().AsTask();

    public override Task LoseClientAsync() => Channel.DisposeAsync().AsTask();

    public override void AssertNotStarted(RpcException failure) => Assert.True(NotStarted.Applies(failure));

    protected override async Task EndAsync()
    {
        try
        {
            await Serving.WaitAsync(Limit);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // How a connection ends is asserted by the tests it matters to.
        }
    }
}
