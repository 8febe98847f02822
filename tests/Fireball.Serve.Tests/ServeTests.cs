using Fireball.Controller;
using Fireball.Deploy;
using Fireball.Linux;
using Fireball.Programs;
using Fireball.Serve.Client;
using Fireball.TestSupport;
using Fireball.V1;
using Microsoft.Extensions.Time.Testing;

namespace Fireball.Serve.Tests;

public sealed class ServeTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new("fbserve");
    private readonly FakeAgent _agent = new();
    private readonly FakeTimeProvider _time = new();
    private FakeHosts _hosts = null!;
    private ServeProcess _serve = null!;
    private Task _running = Task.CompletedTask;

    public Task InitializeAsync()
    {
        _hosts = new FakeHosts(_agent);
        _serve = ServeProcess.TryStart(Options())!;
        _running = _serve.RunAsync(CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _serve.DisposeAsync();
        await _running.WaitAsync(Patience);
        await _hosts.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_call_connects_the_host_and_the_next_one_finds_it_connected()
    {
        for (int i = 0; i < 2; i++)
        {
            await using FireballHost host = Host("web1");
            Assert.Equal(2, (await host.ExecAsync(ExecCommand.Of("a", "b"))).ExitCode);
        }

        Assert.Equal(1, _hosts.Attempts);
    }

    [Fact]
    public async Task Other_arguments_are_another_connection()
    {
        await using FireballHost plain = Host("web1");
        await using FireballHost other = Host("web1", "-p", "22");
        await plain.PingAsync();
        await other.PingAsync();

        Assert.Equal(2, _hosts.Attempts);
    }

    [Fact]
    public async Task A_host_leaves_after_its_time_and_the_process_after_that()
    {
        await using (FireballHost host = Host("web1"))
        {
            await host.PingAsync();
        }

        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal(0, _agent.Shutdowns);
        await Until.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                return _agent.Shutdowns == 1;
            },
            "the agent is told to go");
        await Until.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(61));
                return _running.IsCompleted;
            },
            "the process ends");

        Assert.False(File.Exists(Paths().Socket));
    }

    [Fact]
    public async Task Questions_and_progress_reach_the_command_in_front()
    {
        _hosts.Question = new Question(PromptKind.Secret, "password: ");
        var person = new Person();
        await using var link = new ServedLink(Starter(), Spec("web1"), () => person, person);
        HostState state = await link.ConnectHostAsync(CancellationToken.None);

        Assert.Equal("secret for password: ", _hosts.Answer);
        Assert.Equal(["uploading agent, 1.7 MB"], person.Lines);
        Assert.Equal((42u, Route.Forward, true), (state.AgentPid, state.Route, state.Uploaded));
    }

    [Fact]
    public async Task A_failure_to_connect_names_its_phase()
    {
        _hosts.Refuse = _ => new TunnelException(ConnectPhase.Authenticate, "Permission denied (publickey)");
        await using FireballHost host = Host("web1");
        var failure = await Assert.ThrowsAsync<ConnectException>(() => host.ExecAsync(ExecCommand.Of("x")));

        Assert.Equal(("authenticate", "Permission denied (publickey)"), (failure.Phase, failure.Message));
    }

    [Fact]
    public async Task A_lost_host_is_connected_again_by_the_next_call()
    {
        await using FireballHost host = Host("web1");
        await host.PingAsync();
        await _hosts.Sessions[0].BreakAsync("killed");
        await host.PingAsync();

        Assert.Equal((1, 1), (_hosts.Attempts, _hosts.Returns));
    }

    [Fact]
    public async Task What_the_same_agent_has_not_started_is_sent_again()
    {
        await using FireballHost host = Host("web1");
        await host.PingAsync();
        Task breaking = Task.CompletedTask;
        _agent.BeforeStart = () => breaking = _hosts.Sessions[0].BreakAsync("killed");
        _agent.OnOutcome = () => new OutcomeResponse
        {
            State = OutcomeResponse.Types.State.NotStarted,
            Socket = Google.Protobuf.ByteString.CopyFromUtf8(_hosts.Sessions[0].Agent.SocketPath),
        };

        Assert.Equal(1, (await host.ExecAsync(ExecCommand.Of("x"))).ExitCode);
        Assert.Equal((1, 2), (_agent.Started, _agent.Ids.Count));
        await breaking;
    }

    [Theory]
    [InlineData("/run/user/0/agent.2", "/run/user/0/agent.2")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public async Task The_callers_ssh_agent_is_the_one_that_ssh_gets(string? theirs, string? expected)
    {
        HostSpec spec = Spec("web1");
        if (theirs is not null)
        {
            spec.SshAuthSock = theirs;
        }

        await using var link = new ServedLink(Starter(), spec, () => null, progress: null);
        await link.ConnectHostAsync(CancellationToken.None);

        Assert.Equal(expected, _hosts.Options!.AuthenticationSocket);
    }

    [Fact]
    public async Task A_host_lost_during_an_exec_is_unknown()
    {
        await using FireballHost host = Host("web1");
        Task<ExecResult> exec = host.ExecAsync(ExecCommand.Of("hang"));
        await _agent.Hanging.Task.WaitAsync(Patience);
        await _hosts.Sessions[0].BreakAsync("killed");

        await Assert.ThrowsAsync<ExecOutcomeUnknownException>(() => exec);
        Assert.Equal(1, _agent.Started);
    }

    [Fact]
    public async Task A_command_that_goes_away_cancels_its_calls()
    {
        FireballHost host = Host("web1");
        Task<ExecResult> exec = host.ExecAsync(ExecCommand.Of("hang"));
        await _agent.Hanging.Task.WaitAsync(Patience);
        await host.DisposeAsync();

        await _agent.Cancelled.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<Exception>(() => exec);
    }

    [Fact]
    public async Task Disconnecting_tells_what_was_killed()
    {
        await using var link = new ServedLink(Starter(), Spec("web1"), () => null, progress: null);
        await link.ConnectHostAsync(CancellationToken.None);

        Assert.Equal(3u, await link.DisconnectHostAsync(removeExecutable: true, CancellationToken.None));
        Assert.Equal(1, _agent.Shutdowns);
    }

    [Fact]
    public void A_second_process_does_not_start() => Assert.Null(ServeProcess.TryStart(Options()));

    [Fact]
    public void A_directory_that_others_may_enter_is_refused()
    {
        string open = _directory["open"];
        Directory.CreateDirectory(open);
        File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);
        var paths = new ServePaths(open, "1", "a");

        Assert.Contains("open to other users", Assert.Throws<IOException>(paths.EnsureDirectory).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => new ServeStarter(paths, "/bin/false", []).TryConnect());
    }

    [Fact]
    public void A_symbolic_link_in_the_directory_s_place_is_refused()
    {
        string link = _directory["link"];
        File.CreateSymbolicLink(link, Paths().Directory);

        Assert.Contains("not a directory", Assert.Throws<IOException>(new ServePaths(link, "1", "a").EnsureDirectory).Message, StringComparison.Ordinal);
    }

    [RequiresFact("root", "setpriv", "python3")]
    public async Task Another_user_gets_nothing_even_where_the_directory_is_opened()
    {
        File.SetUnixFileMode(Paths().Directory, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(Paths().Socket, (UnixFileMode)0b111_111_111);
        Command.Outcome outcome = await Command.RunAsync(
            "setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c",
                "import socket,sys; s=socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1]); print(len(s.recv(1)))",
                Paths().Socket,
            ]);

        Assert.Equal((0, "0\n"), (outcome.ExitCode, outcome.Output));
    }

    [Fact]
    public async Task A_start_that_fails_says_why()
    {
        var starter = new ServeStarter(
            new ServePaths(_directory["other"], "1", "a"), "/bin/sh", ["-c", "echo no such luck >&2; exit 1"]);
        var failure = await Assert.ThrowsAsync<IOException>(() => starter.ConnectAsync(CancellationToken.None));

        Assert.Contains("no such luck", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_does_not_go_on_has_an_end_ones_own_and_another_commands()
    {
        var paths = new ServePaths(_directory["stuck"], "1", "a");
        TimeSpan soon = TimeSpan.FromMilliseconds(200);
        var silent = new ServeStarter(paths, "/bin/sh", ["-c", "exec sleep 30"]) { StartTime = soon };
        var failure = await Assert.ThrowsAsync<IOException>(() => silent.ConnectAsync(CancellationToken.None));
        Assert.Equal("the background process did not say that it is ready (0.2 s)", failure.Message);

        using FileLock another = FileLock.Take(paths.StartLock);
        var waiting = new ServeStarter(paths, "/bin/false", []) { StartTime = soon };
        failure = await Assert.ThrowsAsync<IOException>(() => waiting.ConnectAsync(CancellationToken.None));
        Assert.Equal(
            $"another command, which has {paths.StartLock} locked, starts the background process and does not go on; it may be stopped (0.2 s)",
            failure.Message);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var starter = new ServeStarter(new ServePaths(_directory["none"], "1", "a"), "/no/such/program", []);
        var failure = await Assert.ThrowsAsync<IOException>(() => starter.ConnectAsync(CancellationToken.None));

        Assert.Contains("/no/such/program: No such file or directory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_without_loss_and_printable()
    {
        Assert.Equal("web1 -F /x%0020y", HostKey.Of("web1", ["-F", "/x y"]));
        Assert.NotEqual(HostKey.Of("a b", []), HostKey.Of("a", ["b"]));
        Assert.Equal("%00E9%0025", HostKey.Of("\u00E9%", []));
    }

    private static HostSpec Spec(string destination, params string[] arguments)
    {
        var spec = new HostSpec { Destination = destination, Persist = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(10)) };
        spec.SshArguments.AddRange(arguments);
        return spec;
    }

    private ServePaths Paths() => new(_directory["run"], "0.0.0", "test");

    private ServeOptions Options() => new()
    {
        Paths = Paths(),
        Grpc = new GrpcOptions { Socket = Paths().GrpcSocket },
        TimeProvider = _time,
        Hosts = new FireballOptions { Connector = _hosts, AgentDirectory = FakeHosts.AgentDirectory, ConnectAttempts = 1 },
    };

    private ServeStarter Starter() => new(Paths(), "/bin/false", []);

    private FireballHost Host(string destination, params string[] arguments) => FireballHost.FromLink(
        new ServedLink(Starter(), Spec(destination, arguments), () => null, progress: null), destination);

    private sealed class Person : IPrompter, IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken) => new($"secret for {prompt.Text}");

        public void Report(string value) => Lines.Add(value);
    }
}
