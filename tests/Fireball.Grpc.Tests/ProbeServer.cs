using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Grpc.Tests;

/// <summary>A server with a test's own service, or own HTTP handler, and a client connected to it.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    private readonly GrpcServer _server;

    private ProbeServer(GrpcServer server, Action<GrpcChannelOptions>? channel)
    {
        _server = server;
        Channel = GrpcClient.Open(server.SocketPath, channel);
        Client = new TestService.TestServiceClient(Channel);
        Http = new HttpMessageInvoker(GrpcClient.CreateHandler(server.SocketPath));
    }

    public GrpcChannel Channel { get; }

    public TestService.TestServiceClient Client { get; }

    /// <summary>For requests that no gRPC client sends.</summary>
    public HttpMessageInvoker Http { get; }

    public string SocketPath => _server.SocketPath;

    public static async Task<ProbeServer> StartAsync(
        ProbeService service, Action<GrpcServiceOptions>? options = null, Action<GrpcChannelOptions>? channel = null) =>
        new(
            await GrpcServer.StartAsync(
                routes => routes.MapGrpcService<ProbeService>(), options, services: services => services.AddSingleton(service)),
            channel);

    /// <summary>A server that answers UnaryCall by this, gRPC or not.</summary>
    public static async Task<ProbeServer> StartAsync(RequestDelegate answer) =>
        new(await GrpcServer.StartAsync(routes => routes.MapPost("/grpc.testing.TestService/UnaryCall", answer)), channel: null);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Channel.Dispose();
        await _server.DisposeAsync();
    }
}
