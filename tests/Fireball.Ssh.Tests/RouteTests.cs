using System.Globalization;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Fault catalogue, rows 17 and 18.</summary>
public sealed class RouteTests
{
    public static TheoryData<string, string> Denials => Connectors.With(
        "AllowTcpForwarding no", "AllowStreamLocalForwarding no", "DisableForwarding yes", "AllowStreamLocalForwarding remote");

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Denials))]
    public async Task Where_forwarding_is_denied_the_channel_carries_the_bytes_and_the_reason_is_told(string connector, string setting)
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = [setting] });
        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        Assert.Equal(TunnelRoute.Bridge, session.Route);
        Assert.Equal("the host denies the forward: open failed: connect failed: open failed", session.RouteReason);
        await Connect.EchoAsync(session);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_agent_without_a_socket_is_reached_through_the_channel(string connector)
    {
        await using var server = await SshServer.StartAsync();
        var agent = ScriptedAgent.Changed("import os\ndef refuse(*a): raise OSError(30, 'Read-only file system')\nos.mkdir = refuse\n");
        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = agent });
        Assert.Equal("the agent has no socket: [Errno 30] Read-only file system", session.RouteReason);
        await Connect.EchoAsync(session);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task One_session_is_enough(string connector)
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["MaxSessions 1"] });
        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Fresh() });
        Assert.Equal((TunnelRoute.Forward, null), (session.Route, session.RouteReason));
        await Connect.EchoAsync(session);
        await Connect.EchoAsync(session);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task Where_the_agents_socket_is_going_to_be_is_in_no_argument(string connector)
    {
        // Another user who read it there, on this machine or the host, could make that directory first.
        await using var server = await SshServer.StartAsync();
        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        Assert.Equal(TunnelRoute.Forward, session.Route);
        string directory = Path.GetDirectoryName(session.Agent.SocketPath)!;
        Assert.Matches("^/tmp/fireball-[0-9a-f]{32}$", directory);
        Assert.DoesNotContain(
            Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])),
            path => ArgumentsOf(path).Contains(directory, StringComparison.Ordinal));

        static string ArgumentsOf(string process)
        {
            try
            {
                return File.ReadAllText(process + "/cmdline");
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [InlineData("LocalForward {0} 127.0.0.1:9", true)]
    [InlineData("Match host nowhere\nLocalForward {0} 127.0.0.1:9\nMatch all", false)]
    public async Task Forwards_that_the_user_set_for_the_host_are_left_to_his_own_sessions(string setting, bool applies)
    {
        using var directory = new TemporaryDirectory();
        string socket = directory["users"];
        directory.Write("included", string.Format(CultureInfo.InvariantCulture, setting, socket) + "\n", (UnixFileMode)0b110_100_100);
        await using var server = await SshServer.StartAsync(new SshServerOptions { ClientConfiguration = [$"Include {directory["incl*"]}"] });
        await using var session = await Connect.ToAsync(server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        Assert.Equal(applies ? TunnelRoute.Bridge : TunnelRoute.Forward, session.Route);
        Assert.Equal(
            applies ? "ssh_config has forwards of its own for this host, which are left to your own sessions" : null, session.RouteReason);
        Assert.False(File.Exists(socket));
        await Connect.EchoAsync(session);
    }
}
