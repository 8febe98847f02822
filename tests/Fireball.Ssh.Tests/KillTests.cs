using System.Diagnostics;
using System.Globalization;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Fault catalogue, rows 1 and 6 (the ssh side), and ssh ending under a session.</summary>
public sealed class KillTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [RequiresFact("sshd", "ssh", "python3")]
    public async Task A_session_whose_ssh_is_killed_ends_with_the_reason()
    {
        await using var session = await Connect.ToAsync(fixture.Server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        using var process = Process.GetProcessById(((OpenSshTunnel)session).ProcessId);
        process.Kill();
        Assert.StartsWith("ssh ended by signal 9", await session.Ended.WaitAsync(Connect.Limit), StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<TunnelException>(async () =>
        {
            // The first connection was made before; the second meets a socket without a listener.
            await (await session.OpenStreamAsync()).DisposeAsync();
            await session.OpenStreamAsync();
        });
        Assert.Equal(ConnectPhase.Forward, e.Phase);
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task A_session_that_is_closed_leaves_no_ssh_and_no_file_here()
    {
        var session = await Connect.ToAsync(fixture.Server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        int pid = ((OpenSshTunnel)session).ProcessId;
        string parent = Path.GetDirectoryName(((OpenSshTunnel)session).LocalPath)!;
        Assert.NotEmpty(Directory.GetDirectories(parent, $"fireball-ssh-{Environment.ProcessId}-*"));
        await session.DisposeAsync();
        Assert.Null(Processes.Find(pid));
        Assert.False(Directory.Exists(((OpenSshTunnel)session).LocalPath));
        Assert.Equal("closed", await session.Ended);
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task Ssh_killed_during_the_upload_leaves_a_part_that_is_never_run_and_that_the_next_start_removes()
    {
        // A user of its own: the test counts what is in the cache.
        var user = await LoginUsers.GetAsync("/bin/bash", "upload");
        await using var server = await SshServer.StartAsync(new SshServerOptions { User = user });
        var agent = ScriptedAgent.Changed("# " + new string('x', 100) + Guid.NewGuid().ToString("N") + "\n");

        // The upload stops halfway: ssh is killed when it is announced, and half of it was never sent.
        using var directory = new TemporaryDirectory();
        string pidFile = directory["pid"];
        string ssh = directory.Write("ssh", $"#!/bin/sh\necho $$ >{pidFile}\nexec ssh \"$@\"\n", (UnixFileMode)0b111_101_101);
        var kill = new OnUpload(() => Connect.Kill(int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture)));
        var e = await Connect.FailsAsync(server, new SshConnectOptions { Agents = agent, SshProgram = ssh, Progress = kill });
        Assert.True(kill.Done);
        Assert.Equal(ConnectPhase.Upload, e.Phase);
        Assert.StartsWith("the upload ended with status 137", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(user.Home + "/.cache/fireball/agent-" + agent.Here().Hash));

        await using var session = await Connect.ToAsync(server, new SshConnectOptions { Agents = agent });
        Assert.True(session.Agent.Uploaded);
        Assert.Equal([session.Agent.ExecutablePath], Directory.GetFiles(user.Home + "/.cache/fireball").Where(f => !IsOfALivingShell(f)));
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_link_lost_during_the_upload_is_told_and_leaves_nothing_that_is_run(string connector)
    {
        var user = await LoginUsers.GetAsync("/bin/bash", "lost" + connector);
        await using var server = await SshServer.StartAsync(new SshServerOptions { User = user });
        var agent = ScriptedAgent.Changed("# " + new string('x', 100) + Guid.NewGuid().ToString("N") + "\n");

        var cut = new OnUpload(() => Connect.CutAll(server.ProcessId));
        var e = await Connect.FailsByAsync(connector, server, new SshConnectOptions { Agents = agent, Progress = cut });
        Assert.True(cut.Done);
        Assert.DoesNotContain('\n', e.Message);
        Assert.NotEmpty(e.Message);
        Assert.False(File.Exists(user.Home + "/.cache/fireball/agent-" + agent.Here().Hash));

        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = agent });
        Assert.True(session.Agent.Uploaded);
        await Connect.EchoAsync(session);
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task When_the_controller_is_killed_its_ssh_ends_and_the_next_start_removes_its_directory()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Fireball.Ssh.Tests.dll"), fixture.Server.ConfigPath },
        };
        using var controller = Process.Start(start)!;
        string[] pids = (await controller.StandardOutput.ReadLineAsync().WaitAsync(Connect.Limit))!.Split(' ');
        controller.Kill();
        await controller.WaitForExitAsync();
        await Until.EndedAsync(int.Parse(pids[0], CultureInfo.InvariantCulture));

        // The agent stays for its lease.
        Assert.True(Processes.IsRunning(int.Parse(pids[1], CultureInfo.InvariantCulture)));
        await using var next = await Connect.ToAsync(fixture.Server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        string parent = Path.GetDirectoryName(((OpenSshTunnel)next).LocalPath)!;
        Assert.Empty(Directory.GetDirectories(parent, $"fireball-ssh-{controller.Id}-*"));
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task Two_controllers_of_one_user_install_the_same_agent_at_the_same_time(string connector)
    {
        var options = new SshConnectOptions { Agents = ScriptedAgent.Fresh() };
        var sessions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Connect.ByAsync(connector, fixture.Server, options)));
        foreach (var session in sessions)
        {
            await Connect.EchoAsync(session);
            await session.DisposeAsync();
        }
    }

    private static bool IsOfALivingShell(string path) =>
        path.EndsWith(".part", StringComparison.Ordinal) && Processes.IsRunning(int.Parse(path.Split('.')[^2], CultureInfo.InvariantCulture));

    /// <summary>Does something when an upload is announced, before its first byte is sent.</summary>
    private sealed class OnUpload(Action action) : IProgress<string>
    {
        public bool Done { get; private set; }

        public void Report(string value)
        {
            if (value.StartsWith("uploading", StringComparison.Ordinal))
            {
                action();
                Done = true;
            }
        }
    }
}
