using System.Diagnostics;
using System.Security.Cryptography;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>What the tests do with a connection.</summary>
internal static class Connect
{
    /// <summary>Turns a hang into a failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<ITunnel> ToAsync(SshServer server, SshConnectOptions options, params string[] arguments) =>
        ByAsync(Connectors.OpenSsh, server, options, arguments);

    public static Task<TunnelException> FailsAsync(SshServer server, SshConnectOptions options, params string[] arguments) =>
        FailsByAsync(Connectors.OpenSsh, server, options, arguments);

    public static async Task<ITunnel> ByAsync(
        string connector, SshServer server, SshConnectOptions options, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        var target = SshTarget.Parse("t", ["-F", server.ConfigPath, .. arguments]);
        return await Connectors.Get(connector).ConnectAsync(target, options, limit.Token);
    }

    public static async Task<TunnelException> FailsByAsync(
        string connector, SshServer server, SshConnectOptions options, params string[] arguments) =>
        await Assert.ThrowsAsync<TunnelException>(async () =>
        {
            await using var session = await ByAsync(connector, server, options, arguments);
        });

    /// <summary>A connection's greeting, and random bytes there and back.</summary>
    public static async Task EchoAsync(ITunnel session)
    {
        await using var stream = await session.OpenStreamAsync();
        await EchoAsync(stream, greeting: session.Route == TunnelRoute.Forward);
    }

    public static async Task EchoAsync(Stream stream, bool greeting)
    {
        using var limit = new CancellationTokenSource(Limit);
        byte[] received = new byte[100_000];
        if (greeting)
        {
            await stream.ReadExactlyAsync(received.AsMemory(0, 1), limit.Token);
            Assert.Equal(0xff, received[0]);
        }

        byte[] sent = RandomNumberGenerator.GetBytes(received.Length);
        sent[0] = 0xff;
        await stream.WriteAsync(sent, limit.Token);
        await stream.ReadExactlyAsync(received, limit.Token);
        Assert.Equal(sent, received);
    }

    /// <summary>Cuts every connection of an sshd: of each the process that watches it, and the user's, which has the socket.</summary>
    public static void CutAll(int sshd)
    {
        foreach (var watching in Processes.ChildrenOf(sshd))
        {
            var users = Processes.ChildrenOf(watching.Pid);
            Kill(watching.Pid);
            foreach (var user in users)
            {
                Kill(user.Pid);
            }
        }
    }

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
