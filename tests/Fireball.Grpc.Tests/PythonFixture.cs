namespace Fireball.Grpc.Tests;

/// <summary>Debian's grpcio, with stubs generated from the .proto files, as client of our server and as server.</summary>
public sealed class PythonFixture : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new("fbpygrpc");

    /// <summary>What the tests need of the machine.</summary>
    public const string Grpcio = "/usr/lib/python3/dist-packages/grpc/__init__.py";

    public GrpcServer Ours { get; private set; } = null!;

    public InteropPeer Client { get; private set; } = null!;

    /// <summary>Where the Python server listens.</summary>
    public string ServerSocket => _directory["server"];

    private InteropPeer? _server;

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
        Ours = await InteropServer.StartAsync();
        Client = Start("client", $"unix:{Ours.SocketPath}");
        _server = Start("server", $"unix:{ServerSocket}");
        Assert.Equal("ready", await _server.ReadLineAsync());
    }

    /// <summary>Another of its processes.</summary>
    public InteropPeer Start(params string[] arguments) => InteropPeer.Start(
        "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Peers", "interop.py"), _directory.Path, .. arguments]);

    public async Task DisposeAsync()
    {
        foreach (var peer in new[] { Client, _server })
        {
            if (peer is not null)
            {
                await peer.DisposeAsync();
            }
        }

        if (Ours is not null)
        {
            await Ours.DisposeAsync();
        }
    }

    public void Dispose() => _directory.Dispose();
}
