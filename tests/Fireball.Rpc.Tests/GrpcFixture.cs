using Fireball.TestSupport;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Rpc.Tests;

/// <summary>gRPC over HTTP/2 on a Unix-domain socket: the server on Kestrel, the client on SocketsHttpHandler.</summary>
internal sealed class GrpcFixture : Fixture
{
    private readonly GrpcServer _server;
    private readonly GrpcChannel _channel;

    private GrpcFixture(GrpcServer server, GrpcChannel channel)
    {
        _server = server;
        _channel = channel;
        Invoker = channel.CreateCallInvoker();
    }

    public override CallInvoker Invoker { get; }

    // A message of 64 KiB fits in HTTP/2's initial window and Kestrel's buffer.
    public override int LeastUnreadResponses => 64 * 1024;

    // HTTP/2's initial window of 64 KiB, as much in Kestrel's own buffer, what the sockets between hold, and a message.
    public override int MostUnreadResponses => 1024 * 1024;

    // Kestrel's window of 768 KiB, what the sockets between hold, and a message.
    public override int MostUnreadRequests => 2 * 1024 * 1024;

    public override StatusCode ChannelDisposed => StatusCode.Cancelled;

    public static async Task<GrpcFixture> OpenAsync(string transport, ProbeService service, ProbeLimits limits)
    {
        var server = await GrpcServer.StartAsync(
            routes => routes.MapGrpcService<ProbeService>(),
            options => options.MaxReceiveMessageSize = limits.ServerMessageSize,
            server =>
            {
                // With Kestrel's own, one stalled call can stop the others of its connection.
                var limits = server.Limits.Http2;
                limits.InitialConnectionWindowSize = 2 * limits.MaxStreamsPerConnection * limits.InitialStreamWindowSize;
            },
            services => services.AddSingleton(service));
        Func<Stream, Stream>? cut = transport.EndsWith("cut", StringComparison.Ordinal) ? stream => new CutStream(stream, seed: 7) : null;
        var channel = GrpcClient.Open(server.SocketPath, options =>
        {
            options.HttpHandler = GrpcClient.CreateHandler(server.SocketPath, cut);
            options.MaxReceiveMessageSize = limits.ClientMessageSize;
        });
        return new GrpcFixture(server, channel);
    }

    public override Task DrainAsync(string reason, CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public override async Task StopServerAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
    }

    public override Task LoseClientAsync()
    {
        _channel.Dispose();
        return Task.CompletedTask;
    }

    public override void AssertNotStarted(RpcException failure)
    {
        // gRPC has no word for it.
    }

    protected override Task EndAsync() => _server.DisposeAsync().AsTask();
}
