namespace Fireball.Kestrel.Tests;

/// <summary>Another implementation of gRPC over connections that are accepted here.</summary>
public sealed class PythonInteropTests(PythonFixture python) : IClassFixture<PythonFixture>
{
    [RequiresTheory(PythonFixture.Grpcio, "protoc", "grpc_python_plugin", Timeout = 60_000)]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public async Task The_Python_client_is_served(string name) => Assert.Equal("ok", await python.Client.RunAsync(name));
}
