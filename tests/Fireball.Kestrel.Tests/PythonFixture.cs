namespace Fireball.Kestrel.Tests;

/// <summary>Debian's grpcio, with stubs generated from the .proto files, as client of our server.</summary>
public sealed class PythonFixture : IAsyncLifetime, IDisposable
{
    /// <summary>What the tests need of the machine.</summary>
    public const string Grpcio = "/usr/lib/python3/dist-packages/grpc/__init__.py";

    private readonly TemporaryDirectory _directory = new("fbpygrpc");
    private AcceptingServer? _server;

    public InteropPeer Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Requirements.Missing([Grpcio, "protoc", "grpc_python_plugin"]) is not null)
        {
            // The tests are skipped, and say why.
            return;
        }

        var protos = Path.Combine(AppContext.BaseDirectory, "Proto");
        await Command.CheckAsync(
            "protoc",
            [
                $"-I{protos}", $"--python_out={_directory.Path}", $"--grpc_python_out={_directory.Path}",
                $"--plugin=protoc-gen-grpc_python={Requirements.Find("grpc_python_plugin")}",
                .. Directory.GetFiles(protos, "*.proto", SearchOption.AllDirectories),
            ]);
        _server = await AcceptingServer.StartAsync(new InteropService());
        Client = InteropPeer.Start(
            "/usr/bin/python3",
            [Path.Combine(AppContext.BaseDirectory, "peers", "interop.py"), _directory.Path, $"unix:{_server.SocketPath}"]);
    }

    public async Task DisposeAsync()
    {
        if (Client is not null)
        {
            await Client.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public void Dispose() => _directory.Dispose();
}
