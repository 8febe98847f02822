using System.Net;
using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>Ways, limits and ends of a connection.</summary>
public sealed class ConnectionTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [RequiresFact("sshd", "python3")]
    public async Task A_host_is_reached_through_another_and_both_keys_are_checked()
    {
        await using var jump = await SshServer.StartAsync(
            new SshServerOptions { ClientConfiguration = [$"Match originalhost last"] });
        string configuration = Path.Combine(fixture.Server.DirectoryPath, "jump.cfg");
        string Hop(string known) =>
            $"Host hop\nHostName 127.0.0.1\nPort {jump.Port}\nUser {jump.User.Name}\nIdentityFile {jump.KeyPath}\n"
            + $"UserKnownHostsFile {known}\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\n";
        string last = await File.ReadAllTextAsync(fixture.Server.ConfigPath);
        await File.WriteAllTextAsync(configuration, Hop(jump.KnownHostsPath) + last);
        await using (var session = await Connect.ToAsync(configuration, Connect.Options, "-J", "hop"))
        {
            await Connect.EchoAsync(session, 1_000_000);
        }

        Assert.Contains("Accepted publickey for " + jump.User.Name, jump.Log, StringComparison.Ordinal);

        // The hop's key is not known; then the last host's is not.
        await File.WriteAllTextAsync(configuration, Hop("/dev/null") + last);
        var e = await Connect.FailsAsync(configuration, Connect.Options, "-J", "hop");
        Assert.Contains($"[127.0.0.1]:{jump.Port}", e.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(configuration, Hop(jump.KnownHostsPath) + last);
        e = await Connect.FailsAsync(configuration, Connect.Options, "-J", "hop", "-o", "UserKnownHostsFile=none");
        Assert.Contains($"[127.0.0.1]:{fixture.Server.Port}", e.Message, StringComparison.Ordinal);
    }

    [RequiresFact("sshd", "python3")]
    public async Task Keepalives_are_sent()
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["LogLevel DEBUG3"] });
        await using var session = await Connect.ToAsync(server.ConfigPath, Connect.Options, "-o", "ServerAliveInterval=1");
        int before = Ignored(server.Log);
        await Until.TrueAsync(() => Ignored(server.Log) >= before + 2, "two of them arrive");
    }

    [RequiresFact("sshd", "python3")]
    public async Task A_session_that_is_closed_says_so_and_its_sshd_ends()
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["LogLevel DEBUG1"] });
        var session = await Connect.ToAsync(server.ConfigPath, Connect.Options);
        await session.DisposeAsync();
        Assert.Equal("closed", await session.Ended);
        await Until.TrueAsync(
            () => server.Log.Contains("disconnected by user", StringComparison.OrdinalIgnoreCase)
                || server.Log.Contains("Received disconnect", StringComparison.Ordinal),
            "its sshd says that it ends");
    }

    [Fact]
    public async Task A_connect_to_a_host_that_says_nothing_can_be_cancelled_and_runs_into_its_timeout()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        string port = ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var target = SshTarget.Parse("127.0.0.1", ["-F", "none", "-p", port, "-o", "ConnectTimeout=1"]);
        using var cancel = new CancellationTokenSource();
        var connecting = new SshNetConnector().ConnectAsync(target, Connect.Options, cancel.Token);
        using (await listener.AcceptAsync().WaitAsync(Connect.Limit))
        {
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Connect.Limit));
        }

        var e = await Assert.ThrowsAsync<TunnelException>(() => new SshNetConnector().ConnectAsync(target, Connect.Options).WaitAsync(Connect.Limit));
        Assert.Equal(ConnectPhase.Connect, e.Phase);
    }

    [RequiresFact("sshd", "root", "/etc/pam.d/sshd")]
    public async Task Keyboard_interactive_puts_the_hosts_questions()
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions
        {
            Configuration = ["UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive"],
        });
        var person = new Person("wrong", server.User.Password);
        await using var session = await Connect.ToAsync(server.ConfigPath, Connect.Options with { Prompter = person });
        Assert.Equal(2, person.Asked.Count);
        Assert.EndsWith("Password: ", person.Asked[0].Text, StringComparison.Ordinal);
    }

    // SSH_MSG_IGNORE is type 2.
    private static int Ignored(string log) => log.Split("receive packet: type 2 ").Length + log.Split("receive packet: type 2\n").Length;
}
