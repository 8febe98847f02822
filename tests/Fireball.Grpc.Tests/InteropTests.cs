namespace Fireball.Grpc.Tests;

public sealed class InteropTests(InteropServerFixture ours) : IClassFixture<InteropServerFixture>
{
    [Theory(Timeout = 30_000)]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public async Task Our_client_passes_against_our_server(string name)
    {
        using var channel = GrpcClient.Open(ours.Server.SocketPath);
        await InteropCases.All[name](channel.CreateCallInvoker());
    }
}
