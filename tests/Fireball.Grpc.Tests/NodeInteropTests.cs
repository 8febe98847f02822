namespace Fireball.Grpc.Tests;

public sealed class NodeInteropTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    public static TheoryData<string> Names =>
        ["large_unary", "ping_pong", "custom_metadata", "status_code_and_message", "cancel_after_first_response"];

    [NodeTheory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task Our_client_passes_against_the_Node_server(string name)
    {
        using var channel = GrpcClient.Open(node.ServerSocket);
        await InteropCases.All[name](channel.CreateCallInvoker());
    }

    [NodeTheory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task The_Node_client_passes_against_our_server(string name) =>
        Assert.Equal("ok", await node.Client.RunAsync(name));
}
