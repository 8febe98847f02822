using Fireball.Controller;
using Fireball.TestSupport;

namespace Fireball.BenchCore;

/// <summary>Where everything is measured: a private sshd, a login user, a working directory, the built programs.</summary>
internal sealed class Bed : IAsyncDisposable
{
    private Bed(SshServer server, string directory, string artifacts)
    {
        (Server, Directory) = (server, directory);
        Command = Path.Combine(artifacts, "fireball");
        AgentPath = Path.Combine(artifacts, "agents", "linux-x64", "fireball-agent");
    }

    public SshServer Server { get; }

    /// <summary>A directory that the login user may enter.</summary>
    public string Directory { get; }

    /// <summary>The command, compiled ahead of time.</summary>
    public string Command { get; }

    public string AgentPath { get; }

    /// <summary>Options for ssh and fireball, before the host "t".</summary>
    public string[] Ssh => ["-F", Server.ConfigPath];

    public static async Task<Bed> StartAsync(string artifacts)
    {
        var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["MaxSessions 100", "MaxStartups 500"] });
        var directory = System.IO.Directory.CreateTempSubdirectory("fireball-bench-").FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0x1ed);
        return new Bed(server, directory, artifacts);
    }

    /// <summary>A connection of the library's own.</summary>
    public Task<FireballHost> ConnectAsync(params string[] sshArguments) =>
        FireballHost.ConnectAsync("t", new FireballOptions
        {
            AgentPath = AgentPath, SshArguments = [.. Ssh, .. sshArguments],
        });

    /// <summary>The same over gRPC, whose agent lies beside the other.</summary>
    public Task<FireballHost> ConnectByGrpcAsync() => FireballHost.ConnectAsync("t", new FireballOptions
    {
        AgentPath = AgentPath + "-grpc", SshArguments = Ssh, Transport = AgentTransport.Grpc,
    });

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
