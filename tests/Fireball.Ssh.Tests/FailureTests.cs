using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Each failure names its phase, with ssh's own words, in one line.</summary>
public sealed class FailureTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private static readonly SshConnectOptions Options = new() { Agents = ScriptedAgent.Images };

    public static TheoryData<string, string> Platforms => Connectors.With("Linux armv7l", "Darwin arm64");

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_name_without_address(string connector)
    {
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options, "-o", "HostName=no-such-host.invalid");
        Assert.Equal(ConnectPhase.Resolve, e.Phase);
        Assert.Contains("Could not resolve hostname no-such-host.invalid", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_port_without_a_listener(string connector)
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options, "-p", port.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.EndsWith($"port {port}: Connection refused", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_key_that_the_host_does_not_accept(string connector)
    {
        await using var other = await SshServer.StartAsync();
        var e = await Connect.FailsByAsync(
            connector,
            other, Options, "-p", fixture.Server.Port.ToString(CultureInfo.InvariantCulture), "-o", "UserKnownHostsFile=" + fixture.Server.KnownHostsPath);
        Assert.Equal(ConnectPhase.Authenticate, e.Phase);
        Assert.Contains("Permission denied (publickey)", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_host_key_that_is_not_known(string connector)
    {
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options, "-o", "UserKnownHostsFile=/dev/null");
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.StartsWith("Host key verification failed: No ED25519 host key is known for", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_host_key_that_has_changed(string connector)
    {
        await using var other = await SshServer.StartAsync();
        string known = (await File.ReadAllTextAsync(other.KnownHostsPath)).Replace(
            $":{other.Port} ", $":{fixture.Server.Port} ", StringComparison.Ordinal);
        string file = Path.Combine(other.DirectoryPath, "changed");
        await File.WriteAllTextAsync(file, known);
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options, "-o", "UserKnownHostsFile=" + file);
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.Contains($"REMOTE HOST IDENTIFICATION HAS CHANGED (Offending ED25519 key in {file}:1)", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task No_common_cipher(string connector)
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["Ciphers aes256-ctr"] });
        var e = await Connect.FailsByAsync(connector, server, Options, "-o", "Ciphers=aes128-ctr");
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.Contains(
            connector == Connectors.SshNet ? "No matching client encryption algorithm" : "no matching cipher found", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_configuration_file_that_is_not_there(string connector)
    {
        var e = await Assert.ThrowsAsync<TunnelException>(
            () => Connectors.Get(connector).ConnectAsync(SshTarget.Parse("t", ["-F", "/no/such/file"]), Options));
        Assert.Equal("cannot open the ssh configuration file \"/no/such/file\": no such file", e.Message);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_option_that_ssh_does_not_know(string connector)
    {
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options, "-o", "NoSuchOption=1");
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.Contains(
            connector == Connectors.SshNet ? "option -o: NoSuchOption is not supported by SSH.NET" : "Bad configuration option: nosuchoption",
            e.Message,
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task No_ssh_program()
    {
        var e = await Assert.ThrowsAsync<TunnelException>(() => new OpenSshConnector().ConnectAsync(
            SshTarget.Parse("t"), Options with { SshProgram = "/no/such/ssh" }));
        Assert.StartsWith("cannot start \"/no/such/ssh\": No such file or directory", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh", "root")]
    [MemberData(nameof(Platforms))]
    public async Task A_platform_without_an_agent_is_named(string connector, string platform)
    {
        using var bin = new TemporaryDirectory();
        await using var server = await PlatformTests.HostAsync(bin, platform);
        var e = await Connect.FailsByAsync(connector, server, Options);
        Assert.Equal(ConnectPhase.Probe, e.Phase);
        Assert.Equal($"the host is {platform}; there is no agent for it, only for Linux x86_64 and Linux aarch64", e.Message);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_agent_that_runs_nowhere_is_told_with_every_directory_tried(string connector)
    {
        var agent = ScriptedAgent.Changed("import sys; sys.exit('no such instruction')\n");
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options with { Agents = agent });
        Assert.Equal(ConnectPhase.Upload, e.Phase);
        Assert.StartsWith("no directory can hold and run the agent: ", e.Message, StringComparison.Ordinal);
        string name = fixture.Server.User.Name;
        foreach (string directory in (string[])[fixture.Server.User.Home + "/.cache/fireball", "/tmp/fireball-" + name, "/dev/shm/fireball-" + name])
        {
            Assert.Contains(directory + ": the agent cannot be executed: no such instruction", e.Message, StringComparison.Ordinal);
        }
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_agent_that_fails_to_start_is_told_with_its_words(string connector)
    {
        var agent = ScriptedAgent.Changed("import sys\nif sys.argv[1] != '--version': sys.exit('out of luck')\n");
        var e = await Connect.FailsByAsync(connector, fixture.Server, Options with { Agents = agent });
        Assert.Equal(ConnectPhase.Launch, e.Phase);
        Assert.Equal("the agent ended with status 1: out of luck", e.Message);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_login_that_says_nothing_is_not_waited_for_forever(string connector)
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["ForceCommand exec sleep 600"] });
        var e = await Connect.FailsByAsync(connector, server, Options with { Patience = TimeSpan.FromSeconds(1) });
        Assert.Equal(ConnectPhase.Probe, e.Phase);
        Assert.Equal("ssh or the login shell has been silent for 1 s", e.Message);
    }

    [RequiresFact("sshd", "ssh")]
    public async Task A_connect_can_be_cancelled_and_its_ssh_ends()
    {
        using var directory = new TemporaryDirectory();
        await Command.CheckAsync("mkfifo", directory["pid"]);
        string ssh = directory.Write("ssh", $"#!/bin/sh\necho $$ >{directory["pid"]}\nexec sleep 600\n", (UnixFileMode)0b111_101_101);
        using var cancel = new CancellationTokenSource();
        var connecting = new OpenSshConnector().ConnectAsync(SshTarget.Parse("t"), Options with { SshProgram = ssh }, cancel.Token);
        int pid = int.Parse(await File.ReadAllTextAsync(directory["pid"]), CultureInfo.InvariantCulture);
        Assert.True(Processes.IsRunning(pid));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Null(Processes.Find(pid));
    }
}
