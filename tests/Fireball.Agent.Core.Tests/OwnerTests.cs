using System.Diagnostics;
using System.Net.Sockets;
using Fireball.Controller;
using Fireball.Linux;
using Fireball.Proof;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Agent.Core.Tests;

/// <summary>What an agent's owner, and who is not, meets; over each transport by a class of its own.</summary>
public abstract class OwnerTests(AgentTransport transport)
{
    private static readonly TimeSpan Patience = AgentProcess.Patience;

    [Fact]
    public async Task A_launched_agent_answers_ping_and_exec()
    {
        await using var agent = await StartAsync();
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
    public async Task A_wrong_secret_is_refused_and_the_right_one_still_served()
    {
        await using var agent = await StartAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => agent.ConnectAsync(new byte[32]));
        await using var client = await agent.ConnectAsync();
        _ = await client.Calls.PingAsync(new PingRequest());
    }

    [Fact]
    public async Task A_peer_that_does_not_prove_itself_is_told_the_opening_and_closed_in_time()
    {
        await using var agent = await StartAsync();
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(new UnixDomainSocketEndPoint(agent.Socket));
        var told = new MemoryStream();
        await new NetworkStream(silent).CopyToAsync(told).WaitAsync(Patience);
        Assert.Equal(MutualProof.OpeningLength, told.Length);
    }

    [Fact]
    public async Task Calls_without_the_proof_are_not_read()
    {
        // The first bytes of ZMTP with NULL, and of HTTP/2: what an earlier build would have begun with.
        byte[] zmtp = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1, .. "NULL"u8, .. new byte[48]];
        byte[] http = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. new byte[40]];
        await using var agent = await StartAsync();
        foreach (var bytes in new[] { zmtp, http })
        {
            using var caller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await caller.ConnectAsync(new UnixDomainSocketEndPoint(agent.Socket));
            await caller.SendAsync(bytes);
            var told = new byte[MutualProof.OpeningLength];
            await using var stream = new NetworkStream(caller);
            await stream.ReadExactlyAsync(told).AsTask().WaitAsync(Patience);

            // Closed: in order, or with what it has not read.
            try
            {
                Assert.Equal(0, await stream.ReadAsync(told).AsTask().WaitAsync(Patience));
            }
            catch (IOException)
            {
            }
        }

        await using var client = await agent.ConnectAsync();
        _ = await client.Calls.PingAsync(new PingRequest());
    }

    [Fact]
    public async Task What_listens_in_the_agents_place_is_sent_no_call_and_no_secret()
    {
        // As another user of the host can, who makes the directory again when the agent is gone: it says what a recorded agent said.
        await using var agent = await StartAsync();
        var (ours, theirs) = OwnProcess.SocketPair();
        await using var impostor = new ReactorStream(Reactor.Shared, theirs);
        var opening = new MutualProof(ProofRole.Agent, new byte[32], new byte[32]).Opening;
        var opened = agent.HandshakeAsync(new ReactorStream(Reactor.Shared, ours));
        await impostor.WriteAsync((byte[])[.. opening.Span, .. new byte[MutualProof.ProofLength]]);

        var e = await Assert.ThrowsAsync<ProofException>(() => opened.WaitAsync(Patience));
        Assert.Equal("the peer does not hold the secret of this launch", e.Message);
        var told = new MemoryStream();
        await impostor.CopyToAsync(told);
        Assert.Equal(MutualProof.OpeningLength + MutualProof.ProofLength, told.Length);
        Assert.Equal(-1, told.ToArray().AsSpan().IndexOf(agent.Secret));
    }

    [RequiresFact("root", "python3")]
    public async Task Another_user_is_refused_even_with_the_modes_loosened()
    {
        await using var agent = await StartAsync();
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
        await using var agent = await StartAsync();
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
    public async Task What_it_says_of_bad_peers_and_is_not_read_holds_nothing_up()
    {
        // Twice what the pipe of standard error holds (64 KiB), at some 70 bytes a line.
        await using var agent = await StartAsync();
        for (var i = 0; i < 2000; i++)
        {
            await BadPeerAsync(agent);
        }

        await using (var client = await agent.ConnectAsync().WaitAsync(Patience))
        {
            _ = await client.Calls.PingAsync(new PingRequest()).ResponseAsync.WaitAsync(Patience);
        }

        // Once it is read, what was left out is told: with each further line until there is room.
        Task<string> errors = agent.Errors;
        await BadPeerAsync(agent);
        await BadPeerAsync(agent);
        await using (var client = await agent.ConnectAsync().WaitAsync(Patience))
        {
            _ = await client.Calls.ShutdownAsync(new ShutdownRequest());
        }

        Assert.Matches("\\([0-9]+ lines before were not read\\)", await errors.WaitAsync(Patience));

        // What is no proof, and the end that the agent makes of it.
        static async Task BadPeerAsync(AgentProcess agent)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(agent.Socket));
            await socket.SendAsync(new byte[256]);
            var buffer = new byte[256];
            try
            {
                while (await socket.ReceiveAsync(buffer).WaitAsync(Patience) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Reset: an end as well.
            }
        }
    }

    [Fact]
    public async Task The_session_channel_carries_the_connection_where_there_is_no_socket()
    {
        using var planted = new TemporaryDirectory();
        await using var agent = await StartAsync(
            request => request.Directory = ByteString.CopyFromUtf8(planted.Path));
        await using var client = await agent.HandshakeAsync(agent.Channel);
        var result = await client.RunAsync(AgentClient.Shell("echo bridged"));
        Assert.Equal("bridged\n", result.Text);
    }

    [Fact]
    public async Task The_secret_is_nowhere_to_be_read()
    {
        await using var agent = await StartAsync();
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

        File.Copy(BuiltAgent.PathOf(transport.Name == "grpc" ? "fireball-agent-grpc" : "fireball-agent")!, root["agent"]);
        File.Copy(Requirements.Find("busybox")!, root["bin/busybox"]);

        if (transport.Name == ConnectionNames.Grpc)
        {
            // The web server wants random numbers of the runtime, which has them from there only.
            Directory.CreateDirectory(root["dev"]);
            await Command.CheckAsync("mknod", "-m", "444", root["dev/urandom"], "c", "1", "9");
        }

        // The kernel's, not a library: the agent starts its second process by way of /proc/self/exe.
        await Command.CheckAsync("mount", "-t", "proc", "-o", "ro", "proc", root["proc"]);
        try
        {
            await using var agent = await StartAsync(root: root.Path);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(root.Path + agent.Socket));
            await using var client = await agent.HandshakeAsync(new NetworkStream(socket));
            var result = await client.RunAsync(new ExecStart
            {
                Argv = { ByteString.CopyFromUtf8("/bin/busybox"), ByteString.CopyFromUtf8("ls"), ByteString.CopyFromUtf8("/") },
            });

            Assert.Equal(Directory.EnumerateFileSystemEntries(root.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal), result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            await Command.CheckAsync("umount", "-l", root["proc"]);
        }
    }

    [Fact]
    public async Task With_an_owner_it_stays_beyond_the_lease_and_leaves_after_it()
    {
        // As short as a machine busy with other tests allows to connect within.
        for (var lease = 2; ; lease *= 2)
        {
            await using var agent = await StartAsync(request => request.Lease = Duration.FromTimeSpan(TimeSpan.FromSeconds(lease)));
            try
            {
                await using var client = await agent.ConnectAsync();
                _ = await client.Calls.PingAsync(new PingRequest());
                var result = await client.RunAsync(AgentClient.Shell($"sleep {lease + 1}; echo still"));
                Assert.Equal("still\n", result.Text);
            }
            catch (Exception e) when (lease < 60 && !Directory.Exists(agent.Directory) && e is IOException or SocketException or Grpc.Core.RpcException)
            {
                // It left before there was an owner.
                continue;
            }

            await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
            Assert.False(Directory.Exists(agent.Directory));
            return;
        }
    }

    [Fact]
    public async Task Without_calls_it_leaves_when_idle_for_long()
    {
        await using var agent = await StartAsync(request => request.IdleLimit = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(300)));
        await using var client = await agent.ConnectAsync();
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task Shutdown_kills_what_runs_and_leaves_nothing()
    {
        await using var agent = await StartAsync();
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
        Assert.False(Processes.IsRunning(pid));
        Assert.False(Processes.IsRunning(int.Parse(daemon.Text)));
    }

    [Fact]
    public async Task When_the_worker_is_killed_its_commands_die_and_the_directory_goes()
    {
        await using var agent = await StartAsync();
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
        Assert.False(Processes.IsRunning(pid));
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task At_the_end_of_standard_input_it_lets_go_of_the_channel_and_stays_for_the_lease()
    {
        await using var agent = await StartAsync();
        agent.Shell.StandardInput.Close();

        foreach (var pid in new[] { agent.Supervisor, (int)agent.Reply.Pid })
        {
            await Until.TrueAsync(() => Enumerable.Range(0, 3).All(
                descriptor => File.ResolveLinkTarget($"/proc/{pid}/fd/{descriptor}", false)?.FullName == "/dev/null"), "it lets go of the channel");
        }

        await using var client = await agent.ConnectAsync();
        _ = await client.Calls.PingAsync(new PingRequest());
        Assert.True(Processes.IsRunning(agent.Supervisor));

        // The shell that sshd waits for was ended.
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task An_attachment_relays_to_an_agent_that_is_there()
    {
        await using var agent = await StartAsync();
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable(transport), ["--attach", "m"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var path = System.Text.Encoding.UTF8.GetBytes(agent.Socket);
        await process.StandardInput.BaseStream.WriteAsync((byte[])[(byte)path.Length, .. path]);
        await process.StandardInput.BaseStream.FlushAsync();
        await using var channel = new DuplexStream(
            process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        Assert.Equal("m attached", await channel.ReadLineAsync());
        await using (var client = await agent.HandshakeAsync(channel))
        {
            Assert.Equal("hi\n", (await client.RunAsync(AgentClient.Shell("echo hi"))).Text);
        }

        // The owner's end is passed on to the agent, whose end ends the relay.
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task An_attachment_joins_no_socket_in_a_directory_that_others_may_enter()
    {
        await using var agent = await StartAsync();
        File.SetUnixFileMode(agent.Directory, (UnixFileMode)0b111_111_111);
        var path = System.Text.Encoding.UTF8.GetBytes(agent.Socket);
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable(transport), ["--attach", "m"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        await process.StandardInput.BaseStream.WriteAsync((byte[])[(byte)path.Length, .. path]);
        await process.StandardInput.BaseStream.FlushAsync();
        Assert.Equal(
            $"m failed {agent.Directory} is no directory of this user alone\n",
            await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience));
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, process.ExitCode);
    }

    private Task<AgentProcess> StartAsync(Action<LaunchRequest>? adjust = null, string? root = null) =>
        AgentProcess.StartAsync(adjust, root, transport);
}
