namespace Fireball.Grpc.Tests;

public sealed class PythonInteropTests(PythonFixture python) : IClassFixture<PythonFixture>
{
    [RequiresTheory(PythonFixture.Grpcio, "protoc", "grpc_python_plugin", Timeout = 60_000)]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public async Task Our_client_passes_against_the_Python_server(string name)
    {
        using var channel = GrpcClient.Open(python.ServerSocket);
        await InteropCases.All[name](channel.CreateCallInvoker());
    }

    [RequiresTheory(PythonFixture.Grpcio, "protoc", "grpc_python_plugin", Timeout = 60_000)]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public async Task The_Python_client_passes_against_our_server(string name) =>
        Assert.Equal("ok", await python.Client.RunAsync(name));

    [RequiresTheory(PythonFixture.Grpcio, "protoc", "grpc_python_plugin", Timeout = 60_000)]
    [InlineData("gzip_unary")]
    [InlineData("too_large_request")]
    [InlineData("health")]
    [InlineData("reflection")]
    public async Task The_Python_client_is_served_beyond_the_official_cases(string name) =>
        Assert.Equal("ok", await python.Client.RunAsync(name));
}
