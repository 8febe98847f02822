using System.Security.Cryptography;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>What the tests do with a connection.</summary>
internal static class Connect
{
    /// <summary>Turns a hang into a failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<ISshSession> ToAsync(SshServer server, SshConnectOptions options, params string[] arguments) =>
        ByAsync(Connectors.OpenSsh, server, options, arguments);

    public static Task<SshException> FailsAsync(SshServer server, SshConnectOptions options, params string[] arguments) =>
        FailsByAsync(Connectors.OpenSsh, server, options, arguments);

    public static async Task<ISshSession> ByAsync(
        string connector, SshServer server, SshConnectOptions options, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        var target = SshTarget.Parse("t", ["-F", server.ConfigPath, .. arguments]);
        return await Connectors.Get(connector).ConnectAsync(target, options, limit.Token);
    }

    public static async Task<SshException> FailsByAsync(
        string connector, SshServer server, SshConnectOptions options, params string[] arguments) =>
        await Assert.ThrowsAsync<SshException>(async () =>
        {
            await using var session = await ByAsync(connector, server, options, arguments);
        });

    /// <summary>A connection's greeting, and random bytes there and back.</summary>
    public static async Task EchoAsync(ISshSession session)
    {
        await using var stream = await session.OpenStreamAsync();
        await EchoAsync(stream, greeting: session.Route == SshRoute.Forward);
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

    /// <summary>
    /// Waits for a process that is no child of ours, so that there is nothing to wait on; who inherits it may leave it
    /// a zombie.
    /// </summary>
    public static async Task EndsAsync(int pid)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (IsRunning(pid))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public static bool IsRunning(int pid)
    {
        try
        {
            // "pid (name) state ...": the name may hold anything but ends at the last parenthesis.
            return File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1][1] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
