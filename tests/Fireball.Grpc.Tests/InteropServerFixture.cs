namespace Fireball.Grpc.Tests;

/// <summary>One server of ours for the tests of a class.</summary>
public sealed class InteropServerFixture : IAsyncLifetime
{
    public GrpcServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await InteropServer.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();
}
