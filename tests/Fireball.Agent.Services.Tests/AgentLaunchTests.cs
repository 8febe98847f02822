using System.Diagnostics;
using System.Net.Sockets;
using Fireball.Posix;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Agent.Services.Tests;

public sealed class AgentLaunchTests
{
    private static readonly TimeSpan Patience = AgentProcess.Patience;

    [Fact]
    public async Task A_launched_agent_answers_ping_and_exec()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        var pong = await client.Calls.PingAsync(new PingRequest { Payload = ByteString.CopyFromUtf8("x") });
        Assert.Equal(agent.Reply.Pid, pong.Pid);
        Assert.Equal("x", pong.Payload.ToStringUtf8());
        var result = await client.RunAsync(AgentClient.Shell("cat; echo err >&2; exit 3"), "in"u8.ToArray());
        Assert.Equal("in", result.Text);
        Assert.Equal("err\n", result.Error);
        Assert.Equal(3u, result.Exited!.ExitCode);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable, ["--version"])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        Assert.Matches("^fireball-agent [0-9.]+\n$", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task The_directory_and_the_socket_are_this_users_alone()
    {
        await using var agent = await AgentProcess.StartAsync();
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(agent.Directory));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(agent.Socket) & (UnixFileMode)0b111_111);
    }

    [Fact]
    public async Task A_directory_that_is_there_already_is_not_used()
    {
        using var planted = new TemporaryDirectory();
        Directory.CreateDirectory(planted["session"]);
        await using var agent = await AgentProcess.StartAsync(
            request => request.Directory = ByteString.CopyFromUtf8(planted["session"]));
        Assert.True(agent.Reply.Socket.IsEmpty);
        Assert.Contains(planted["session"], agent.Reply.Problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(planted["session"]));
    }

    [Fact]
    public async Task A_planted_symbolic_link_is_not_followed()
    {
        using var planted = new TemporaryDirectory();
        Directory.CreateDirectory(planted["target"]);
        File.CreateSymbolicLink(planted["session"], planted["target"]);
        await using var agent = await AgentProcess.StartAsync(
            request => request.Directory = ByteString.CopyFromUtf8(planted["session"]));
        Assert.True(agent.Reply.Socket.IsEmpty);
        Assert.Empty(Directory.GetFileSystemEntries(planted["target"]));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_a_problem_and_leaves_nothing()
    {
        using var parent = new TemporaryDirectory();
        var path = parent[new string('x', 120)];
        await using var agent = await AgentProcess.StartAsync(request => request.Directory = ByteString.CopyFromUtf8(path));
        Assert.True(agent.Reply.Socket.IsEmpty);
        Assert.NotEqual("", agent.Reply.Problem);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_the_right_one_still_served()
    {
        await using var agent = await AgentProcess.StartAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => agent.ConnectAsync(new byte[32]));
        await using var client = await agent.ConnectAsync();
        _ = await client.Calls.PingAsync(new PingRequest());
    }

    [Fact]
    public async Task A_call_before_the_handshake_is_answered_by_closing()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(agent.Socket));

        // A two-frame message as it would look after the handshake.
        await socket.SendAsync(new byte[] { 0x01, 0x02, 0x08, 0x01, 0x00, 0x00 });
        var buffer = new byte[1024];
        var total = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Patience) is > 0 and var n)
            {
                total += n;
            }
        }
        catch (SocketException)
        {
            // Reset: closed with our bytes unread.
        }

        // Its own greeting (64 bytes) at most.
        Assert.InRange(total, 0, 64);
    }

    [RequiresFact("root", "python3")]
    public async Task Another_user_is_refused_even_with_the_modes_loosened()
    {
        await using var agent = await AgentProcess.StartAsync();
        File.SetUnixFileMode(agent.Directory, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(agent.Socket, (UnixFileMode)0b111_111_111);
        const string Script = """
            import os, socket, sys
            os.setgid(65534); os.setuid(65534)
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(20)
            s.connect(sys.argv[1])
            try:
                print(len(s.recv(100)))
            except ConnectionResetError:
                print(0)
            """;
        using var process = Process.Start(new ProcessStartInfo(
            Requirements.Find("python3")!, ["-c", Script, agent.Socket])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        Assert.Equal("0\n", await process.StandardOutput.ReadToEndAsync());
        await using var client = await agent.ConnectAsync();
        _ = await client.Calls.PingAsync(new PingRequest());
    }

    [Fact]
    public async Task A_hundred_peers_that_say_nothing_do_not_keep_the_owner_out()
    {
        await using var agent = await AgentProcess.StartAsync();
        var silent = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(agent.Socket));
            silent.Add(socket);
        }

        await using (var client = await agent.ConnectAsync().WaitAsync(Patience))
        {
            _ = await client.Calls.PingAsync(new PingRequest());
        }

        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task The_session_channel_carries_the_connection_where_there_is_no_socket()
    {
        using var planted = new TemporaryDirectory();
        await using var agent = await AgentProcess.StartAsync(
            request => request.Directory = ByteString.CopyFromUtf8(planted.Path));
        await using var client = await AgentClient.HandshakeAsync(agent.Channel, agent.Secret);
        var result = await client.RunAsync(AgentClient.Shell("echo bridged"));
        Assert.Equal("bridged\n", result.Text);
    }

    [Fact]
    public async Task The_secret_is_nowhere_to_be_read()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        var hex = Convert.ToHexStringLower(agent.Secret);
        foreach (var pid in new[] { agent.Supervisor, (int)agent.Reply.Pid })
        {
            foreach (var file in new[] { "cmdline", "environ" })
            {
                var text = await File.ReadAllTextAsync($"/proc/{pid}/{file}");
                Assert.DoesNotContain(hex, text, StringComparison.OrdinalIgnoreCase);
            }
        }

        var environment = await client.RunAsync(AgentClient.Shell("env"));
        Assert.DoesNotContain(hex, environment.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(agent.Directory), path => Path.GetFileName(path) != "a");
    }

    [RequiresFact("root", "agent", "busybox", "chroot", "mount")]
    public async Task In_a_root_directory_with_nothing_but_busybox_it_runs()
    {
        using var root = new TemporaryDirectory("fbroot");
        foreach (var directory in new[] { "bin", "tmp", "proc" })
        {
            Directory.CreateDirectory(root[directory]);
        }

        File.Copy(BuiltAgent.Path!, root["agent"]);
        File.Copy(Requirements.Find("busybox")!, root["bin/busybox"]);

        // The kernel's, not a library: the agent starts its second process by way of /proc/self/exe.
        await Command.CheckAsync("mount", "-t", "proc", "-o", "ro", "proc", root["proc"]);
        try
        {
            await using var agent = await AgentProcess.StartAsync(root: root.Path);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(root.Path + agent.Socket));
            await using var client = await AgentClient.HandshakeAsync(new NetworkStream(socket), agent.Secret);
            var result = await client.RunAsync(new ExecStart
            {
                Argv = { ByteString.CopyFromUtf8("/bin/busybox"), ByteString.CopyFromUtf8("ls"), ByteString.CopyFromUtf8("/") },
            });

            Assert.Equal("agent\nbin\nproc\ntmp\n", result.Text);
        }
        finally
        {
            await Command.CheckAsync("umount", "-l", root["proc"]);
        }
    }

    [Fact]
    public async Task Without_an_owner_it_leaves_when_the_lease_is_over()
    {
        await using var agent = await AgentProcess.StartAsync(request => request.LeaseMs = 300);
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, agent.Shell.ExitCode);
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task With_an_owner_it_stays_beyond_the_lease_and_leaves_after_it()
    {
        // Long enough that a machine busy with other tests connects within it.
        await using var agent = await AgentProcess.StartAsync(request => request.LeaseMs = 3000);
        await using (var client = await agent.ConnectAsync())
        {
            var result = await client.RunAsync(AgentClient.Shell("sleep 4; echo still"));
            Assert.Equal("still\n", result.Text);
        }

        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task Without_calls_it_leaves_when_idle_for_long()
    {
        await using var agent = await AgentProcess.StartAsync(request => request.IdleMs = 300);
        await using var client = await agent.ConnectAsync();
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task Shutdown_kills_what_runs_and_leaves_nothing()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        using var call = client.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = AgentClient.Shell("sleep 1000 & sleep 1000") });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var pid = (int)call.ResponseStream.Current.Started.Pid;
        var daemon = await client.RunAsync(AgentClient.Shell("setsid sleep 1000 >/dev/null 2>&1 & sleep 0.2; echo $!"));
        var answer = await client.Calls.ShutdownAsync(new ShutdownRequest());
        Assert.Equal(2u, answer.Killed);
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, agent.Shell.ExitCode);
        Assert.False(Directory.Exists(agent.Directory));
        Assert.False(Probe.IsAlive(pid));
        Assert.False(Probe.IsAlive(int.Parse(daemon.Text)));
    }

    [Fact]
    public async Task What_was_detached_stays_after_shutdown()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        var start = AgentClient.Shell("sleep 1000 >/dev/null 2>&1 & echo $!");
        start.Detach = true;
        var pid = int.Parse((await client.RunAsync(start)).Text);
        var answer = await client.Calls.ShutdownAsync(new ShutdownRequest());
        Assert.Equal(0u, answer.Killed);
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(Probe.IsAlive(pid));
        _ = OwnProcess.Send(pid, Signal.Kill);
    }

    [Fact]
    public async Task When_the_worker_is_killed_its_commands_die_and_the_directory_goes()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        using var call = client.Exec();
        await call.RequestStream.WriteAsync(
            new ExecRequest { Start = AgentClient.Shell("trap '' TERM HUP; setsid sleep 1000 & sleep 1000") });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var pid = (int)call.ResponseStream.Current.Started.Pid;
        Assert.True(OwnProcess.Send((int)agent.Reply.Pid, Signal.Kill));
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(128 + Signal.Kill, agent.Shell.ExitCode);
        Assert.Contains("worker killed by signal 9", await agent.Errors, StringComparison.Ordinal);
        Assert.False(Probe.IsAlive(pid));
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task When_the_supervisor_is_killed_the_worker_leaves()
    {
        await using var agent = await AgentProcess.StartAsync();
        _ = OwnProcess.Send(agent.Supervisor, Signal.Kill);
        await Probe.UntilAsync(() => !Probe.IsAlive((int)agent.Reply.Pid) && !Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task At_the_end_of_standard_input_it_lets_go_of_the_channel_and_stays_for_the_lease()
    {
        await using var agent = await AgentProcess.StartAsync();
        agent.Shell.StandardInput.Close();

        foreach (var pid in new[] { agent.Supervisor, (int)agent.Reply.Pid })
        {
            await Probe.UntilAsync(() => Enumerable.Range(0, 3).All(
                descriptor => File.ResolveLinkTarget($"/proc/{pid}/fd/{descriptor}", false)?.FullName == "/dev/null"));
        }

        await using var client = await agent.ConnectAsync();
        _ = await client.Calls.PingAsync(new PingRequest());
        Assert.True(Probe.IsAlive(agent.Supervisor));

        // The shell that sshd waits for was ended.
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task What_a_dead_agent_left_is_removed_by_the_next()
    {
        await using var dead = await AgentProcess.StartAsync();
        _ = OwnProcess.Send(dead.Supervisor, 19);
        _ = OwnProcess.Send((int)dead.Reply.Pid, Signal.Kill);
        _ = OwnProcess.Send(dead.Supervisor, Signal.Kill);
        await dead.Shell.WaitForExitAsync();
        Assert.True(Directory.Exists(dead.Directory));
        await using var next = await AgentProcess.StartAsync();
        Assert.False(Directory.Exists(dead.Directory));
    }

    [Fact]
    public async Task Two_agents_of_one_user_work_side_by_side()
    {
        await using var one = await AgentProcess.StartAsync();
        await using var other = await AgentProcess.StartAsync();
        await using var client = await one.ConnectAsync();
        await using var neighbour = await other.ConnectAsync();
        await client.Calls.ShutdownAsync(new ShutdownRequest());
        await one.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal("ok\n", (await neighbour.RunAsync(AgentClient.Shell("echo ok"))).Text);
    }

    [Fact]
    public async Task An_attachment_relays_to_an_agent_that_is_there()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable, ["--attach", "m"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var path = System.Text.Encoding.UTF8.GetBytes(agent.Socket);
        await process.StandardInput.BaseStream.WriteAsync((byte[])[(byte)path.Length, .. path]);
        await process.StandardInput.BaseStream.FlushAsync();
        await using var channel = new DuplexStream(
            process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        Assert.Equal("m attached", await channel.ReadLineAsync());
        await using (var client = await AgentClient.HandshakeAsync(channel, agent.Secret))
        {
            Assert.Equal("hi\n", (await client.RunAsync(AgentClient.Shell("echo hi"))).Text);
        }

        // The owner's end is passed on to the agent, whose end ends the relay.
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0x20, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 2, 0xff, 0xff })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0 })]
    public async Task A_launch_request_that_is_none_fails_with_a_reason(byte[] bytes)
    {
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable, ["--marker", "m"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.BaseStream.WriteAsync(bytes);
        process.StandardInput.Close();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.StartsWith("m failed ", line, StringComparison.Ordinal);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, process.ExitCode);
    }
}
