using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Grpc.Tests;

public sealed class KeepAliveTests
{
    private const int Generous = 30_000;

    /// <summary>The least that the two sides can be set to.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Generous)]
    public async Task A_client_notices_a_dead_server()
    {
        var started = new TaskCompletionSource();
        await using var server = await StartAsync(started, new TaskCompletionSource());
        FreezingStream? connection = null;
        using var handler = GrpcClient.CreateHandler(server.SocketPath, stream => connection = new FreezingStream(stream));
        handler.KeepAlivePingDelay = handler.KeepAlivePingTimeout = Soon;
        using var channel = GrpcClient.Open(server.SocketPath, options => options.HttpHandler = handler);
        var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest()).ResponseAsync;
        await started.Task;
        connection!.Freeze();
        var thrown = await Assert.ThrowsAsync<RpcException>(() => call);
        // INTERNAL is the package's word for it.
        Assert.True(thrown.StatusCode is StatusCode.Unavailable or StatusCode.Internal, thrown.Message);
    }

    [Fact(Timeout = Generous)]
    public async Task A_server_notices_a_dead_client_and_cancels_its_calls()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await StartAsync(
            started, cancelled, kestrel => kestrel.Limits.Http2.KeepAlivePingDelay = kestrel.Limits.Http2.KeepAlivePingTimeout = Soon);
        FreezingStream? connection = null;
        using var handler = GrpcClient.CreateHandler(server.SocketPath, stream => connection = new FreezingStream(stream));
        using var channel = GrpcClient.Open(server.SocketPath, options => options.HttpHandler = handler);
        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest());
        await started.Task;
        connection!.Freeze();
        await cancelled.Task;
    }

    [Fact(Timeout = Generous)]
    [Trait("on", "stand-ins")]
    public async Task Pings_are_on_in_both_sides_and_find_a_dead_peer_within_fifteen_seconds()
    {
        await using var server = await GrpcServer.StartAsync(_ => { });
        var limits = server.Kestrel.Limits.Http2;
        Assert.Equal(TimeSpan.FromSeconds(15), limits.KeepAlivePingDelay + limits.KeepAlivePingTimeout);
        using var handler = GrpcClient.CreateHandler(server.SocketPath);
        using var channel = GrpcClient.Open(server.SocketPath, options => options.HttpHandler = handler);
        Assert.Equal(TimeSpan.FromSeconds(15), handler.KeepAlivePingDelay + handler.KeepAlivePingTimeout);
    }

    [Fact(Timeout = Generous)]
    [Trait("on", "stand-ins")]
    public async Task What_the_application_has_set_stays()
    {
        await using var server = await GrpcServer.StartAsync(
            _ => { }, kestrel: kestrel => kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(1), server.Kestrel.Limits.Http2.KeepAlivePingDelay);
        using var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromMinutes(2) };
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        Assert.Equal(TimeSpan.FromMinutes(2), handler.KeepAlivePingDelay);
    }

    /// <summary>A server whose unary calls end when they are cancelled.</summary>
    private static Task<GrpcServer> StartAsync(
        TaskCompletionSource started, TaskCompletionSource cancelled, Action<KestrelServerOptions>? kestrel = null) =>
        GrpcServer.StartAsync(
            routes => routes.MapGrpcService<ProbeService>(),
            kestrel: kestrel,
            services: services => services.AddSingleton(new ProbeService
            {
                Unary = async (_, context) =>
                {
                    await using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
                    started.TrySetResult();
                    await cancelled.Task;
                    return new SimpleResponse();
                },
            }));
}
