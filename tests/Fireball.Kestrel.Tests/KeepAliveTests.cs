using Grpc.Testing;

namespace Fireball.Kestrel.Tests;

public sealed class KeepAliveTests
{
    private const int Generous = 30_000;

    /// <summary>The least that Kestrel can be set to.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Generous)]
    public async Task A_dead_client_is_noticed_and_its_calls_are_cancelled()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var service = new ProbeService
        {
            Unary = async (_, context) =>
            {
                await using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
                started.TrySetResult();
                await cancelled.Task;
                return new SimpleResponse();
            },
        };
        await using var server = await AcceptingServer.StartAsync(
            service, options: new KestrelHostOptions { KeepAliveDelay = Soon, KeepAliveTimeout = Soon });
        FreezingStream? connection = null;
        using var handler = GrpcClient.CreateHandler(server.SocketPath, stream => connection = new FreezingStream(stream));
        using var channel = GrpcClient.Open(server.SocketPath, options => options.HttpHandler = handler);
        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest());
        await started.Task;
        connection!.Freeze();
        await cancelled.Task;
    }
}
