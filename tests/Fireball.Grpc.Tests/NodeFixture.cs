namespace Fireball.Grpc.Tests;

/// <summary>@grpc/grpc-js, as client of our server and as server; the build installs it where npm is there.</summary>
public sealed class NodeFixture : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new("fbjsgrpc");
    private InteropPeer? _server;

    public GrpcServer Ours { get; private set; } = null!;

    public InteropPeer Client { get; private set; } = null!;

    /// <summary>Where the Node server listens.</summary>
    public string ServerSocket => _directory["server"];

    public async Task InitializeAsync()
    {
        if (NodeTheoryAttribute.Missing is not null)
        {
            return;
        }

        Ours = await InteropServer.StartAsync();
        Client = Start("client", $"unix:{Ours.SocketPath}");
        _server = Start("server", $"unix:{ServerSocket}");
        Assert.Equal("ready", await _server.ReadLineAsync());
    }

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

    private static InteropPeer Start(string role, string target) => InteropPeer.Start(
        Requirements.Find("node")!,
        [
            Path.Combine(NodeTheoryAttribute.Directory, "interop.js"), Path.Combine(AppContext.BaseDirectory, "Proto"), role, target,
        ]);
}
