using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>What the tests do with a connection.</summary>
internal static class Connect
{
    /// <summary>Turns a hang into a failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Without prompter, and without the agent of the user who runs the tests.</summary>
    public static SshConnectOptions Options { get; } = new() { Agents = ScriptedAgent.Images, AuthenticationSocket = "" };

    public static async Task<ITunnel> ToAsync(string configuration, SshConnectOptions options, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        return await new SshNetConnector().ConnectAsync(SshTarget.Parse("t", ["-F", configuration, .. arguments]), options, limit.Token);
    }

    public static async Task<TunnelException> FailsAsync(string configuration, SshConnectOptions options, params string[] arguments) =>
        await Assert.ThrowsAsync<TunnelException>(async () =>
        {
            await using var session = await ToAsync(configuration, options, arguments);
        });

    /// <summary>A connection's greeting, and random bytes there and back.</summary>
    public static async Task EchoAsync(ITunnel session, int count = 100_000)
    {
        using var limit = new CancellationTokenSource(Limit);
        var stream = await session.OpenStreamAsync(limit.Token);
        byte[] sent = new byte[count];
        Random.Shared.NextBytes(sent);
        sent[0] = 0xff;
        byte[] received = new byte[count];
        await stream.ReadExactlyAsync(received.AsMemory(0, 1), limit.Token);
        Assert.Equal(0xff, received[0]);

        // Both at once: neither side holds as much.
        var sending = stream.WriteAsync(sent, limit.Token).AsTask();
        await stream.ReadExactlyAsync(received, limit.Token);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    /// <summary>Makes a key and lets it in.</summary>
    public static async Task<string> AddKeyAsync(SshServer server, string name, string passphrase, params string[] kind)
    {
        string path = Path.Combine(server.DirectoryPath, name);
        await Command.CheckAsync("ssh-keygen", ["-q", "-N", passphrase, "-f", path, .. kind]);
        await File.AppendAllTextAsync(Path.Combine(server.DirectoryPath, "ak"), await File.ReadAllTextAsync(path + ".pub"));
        return path;
    }

    /// <summary>An ssh_config with nothing but what is given, and the server's address and host key.</summary>
    public static string Configuration(SshServer server, string name, params string[] lines)
    {
        string path = Path.Combine(server.DirectoryPath, name);
        File.WriteAllLines(path, [
            "Host t", .. lines, "HostName 127.0.0.1", $"Port {server.Port}", $"User {server.User.Name}",
            $"UserKnownHostsFile {server.KnownHostsPath}", "GlobalKnownHostsFile /dev/null", "StrictHostKeyChecking yes"]);
        return path;
    }
}
