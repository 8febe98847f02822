using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.PeerBenchmark;

/// <summary>An implementation of gRPC: a client's process and the server's that it calls.</summary>
internal sealed class GrpcPeer : IAsyncDisposable
{
    private readonly PeerProcess _server;
    private readonly PeerProcess _client;

    private GrpcPeer(string name, PeerProcess server, PeerProcess client) => (Name, _server, _client) = (name, server, client);

    public string Name { get; }

    /// <summary>This program, or <paramref name="build"/>, another build of it.</summary>
    public static async Task<GrpcPeer> StartDotnetAsync(string name, string? build)
    {
        var server = PeerProcess.StartSelf(build, "grpc-server");
        var socket = await server.ReadLineAsync();
        return await ConnectAsync(name, server, PeerProcess.StartSelf(build, "grpc-client", socket));
    }

    /// <summary>grpc_echo.py, with its generated code and its socket in <paramref name="directory"/>.</summary>
    public static async Task<GrpcPeer> StartPythonAsync(string name, TemporaryDirectory directory)
    {
        var sources = Path.Combine(AppContext.BaseDirectory, "Grpc");
        await GenerateAsync(sources, directory.Path);
        string[] peer = [Path.Combine(sources, "grpc_echo.py"), directory.Path];
        var server = PeerProcess.Start("/usr/bin/python3", [.. peer, "server", directory["s"]]);
        await server.ReadLineAsync();
        return await ConnectAsync(name, server, PeerProcess.Start("/usr/bin/python3", [.. peer, "client", directory["s"]]));
    }

    public Task<double> MeasureAsync(string command) => _client.MeasureAsync(command);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static async Task<GrpcPeer> ConnectAsync(string name, PeerProcess server, PeerProcess client)
    {
        await client.ReadLineAsync();
        return new GrpcPeer(name, server, client);
    }

    private static async Task GenerateAsync(string sources, string destination)
    {
        using var protoc = Process.Start(
            "/bin/sh",
            [
                "-c", "exec protoc -I\"$1\" --python_out=\"$2\" --grpc_python_out=\"$2\""
                + " --plugin=protoc-gen-grpc_python=\"$(command -v grpc_python_plugin)\" grpc_echo.proto",
                "sh", sources, destination,
            ]);
        await protoc.WaitForExitAsync();
        if (protoc.ExitCode != 0)
        {
            throw new InvalidOperationException($"protoc ended with exit status {protoc.ExitCode}; its words are above");
        }
    }
}
