using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Type = Fireball.V1.FileEntry.Types.Type;

namespace Fireball.Agent.Core.Tests;

/// <summary>
/// Whatever an owner asks for, the call ends, with OK or a status that says what is wrong; the agent serves the next call on the
/// same connection, and no process, no descriptor and no temporary file of it is left. Over each kind of agent by a class of its own.
/// </summary>
public abstract class HostileRequestTests(PoorAgentFixture fixture) : IAsyncLifetime
{
    private static readonly int RandomMutants = MutantCount.Of(200);

    private readonly PoorAgent _agent = fixture.Agent;
    private IReadOnlyList<string> _descriptors = [];

    public async Task InitializeAsync()
    {
        _agent.Fill();
        await CheckServedAsync(_agent);
        _descriptors = _agent.Descriptors();
    }

    public async Task DisposeAsync()
    {
        try
        {
            await CheckServedAsync(_agent);
            await Until.TrueAsync(() => Processes.ChildrenOf(_agent.Worker).Count == 0, "no command of a call runs any more");
            await Until.TrueAsync(
                () => _agent.Descriptors().Count <= _descriptors.Count,
                $"no more is open than {string.Join(' ', _descriptors)}, but {string.Join(' ', _agent.Descriptors().Except(_descriptors))}");
            Assert.Empty(_agent.Temporaries());
        }
        finally
        {
            await _agent.EmptyAsync();
        }
    }

    [RequiresFact("setpriv")]
    public Task Exec_of_a_program() => TryAllAsync(
        "Exec",
        1,
        new ExecRequest
        {
            Start = new ExecStart
            {
                Argv = { HarmlessExecs.Program, ByteString.CopyFromUtf8("--") },
                Environment = { new EnvironmentChange { Name = ByteString.CopyFromUtf8("NAME"), Value = ByteString.CopyFromUtf8("value") } },
                WorkingDirectory = ByteString.CopyFromUtf8("/"),
                Umask = 18,
                Timeout = Duration.FromTimeSpan(Until.Limit),
                AttachStdin = true,
            },
        },
        new ExecRequest { StdinData = ByteString.CopyFromUtf8("input") },
        new ExecRequest { Signal = HarmlessExecs.Continue },
        new ExecRequest { EndStdin = new EndStdin() });

    [RequiresFact("setpriv")]
    public Task Exec_of_a_line() => TryAllAsync(
        "Exec",
        2,
        new ExecRequest { Start = new ExecStart { ExecId = ByteString.CopyFrom(new byte[16]), Shell = HarmlessExecs.Line, Detach = true } });

    [RequiresFact("setpriv")]
    public Task Outcome() =>
        TryAllAsync("Outcome", 3, new OutcomeRequest { ExecId = ByteString.CopyFromUtf8("sixteen bytes id"), Wait = true });

    [RequiresFact("setpriv")]
    public Task Put_of_a_tree() => TryAllAsync(
        "Put",
        4,
        new PutRequest
        {
            Start = new PutStart
            {
                Target = ByteString.CopyFromUtf8("copy"), Name = ByteString.CopyFromUtf8("tree"), MakeParents = true,
            },
        },
        new PutRequest { Records = { FileRecords.Of(0, FileRecords.Entry("", Type.Directory)) } },
        new PutRequest { Records = { FileRecords.Whole(1, "file"), FileRecords.Of(2, FileRecords.Entry("link", Type.Symlink, "file")) } });

    [RequiresFact("setpriv")]
    public Task Put_into_a_directory() => TryAllAsync(
        "Put",
        5,
        new PutRequest
        {
            Start = new PutStart { Target = ByteString.CopyFromUtf8("into"), IntoDirectory = true }, Records = { FileRecords.Whole(0, "file") },
        });

    [RequiresFact("setpriv")]
    public Task Get() => TryAllAsync("Get", 6, new GetRequest { Source = ByteString.CopyFromUtf8("tree/") });

    [RequiresFact("setpriv")]
    public Task Stat() => TryAllAsync("Stat", 7, new StatRequest { Path = ByteString.CopyFromUtf8("tree/link"), Follow = true });

    [RequiresFact("setpriv")]
    public Task Ping() => TryAllAsync("Ping", 8, new PingRequest { Payload = ByteString.CopyFromUtf8("payload") });

    [RequiresFact("setpriv")]
    public async Task Shutdown()
    {
        await using PoorAgent agent = await PoorAgent.StartAsync(fixture.Transport);
        var calls = new HostileCalls(agent.Client.Invoker);
        MethodDescriptor shutdown = AgentService.Descriptor.FindMethodByName("Shutdown");
        foreach (byte[][] requests in new byte[][][] { [], [[0x08]], [[0xff]], [[], []] })
        {
            Assert.NotNull(await calls.TryAsync(shutdown, new RequestMutant("no request", requests), cancelAfter: null));
        }

        await CheckServedAsync(agent);
        Assert.Null(await calls.TryAsync(shutdown, new RequestMutant("an unknown field", [[0xfa, 0xff, 0x0f, 1, 0]]), cancelAfter: null));
        await Until.EndedAsync(agent.Worker);
    }

    private Task TryAllAsync(string method, int seed, params IMessage[] requests) =>
        new HostileCalls(_agent.Client.Invoker) { Tame = method == "Exec" ? HarmlessExecs.Tame : static request => request }
            .TryAllAsync(AgentService.Descriptor.FindMethodByName(method), RandomMutants, seed, requests);

    private static async Task CheckServedAsync(PoorAgent agent)
    {
        // Without input first: for that the agent opens /dev/null, and keeps it.
        _ = await agent.Client.RunAsync(AgentClient.Shell("exit 0")).WaitAsync(Until.Limit);
        ExecResult result = await agent.Client.RunAsync(AgentClient.Shell("cat; exit 3"), "input"u8.ToArray()).WaitAsync(Until.Limit);
        Assert.Equal(("input", 3u), (result.Text, result.Exited!.ExitCode));
        StatResponse status = await agent.Client.Calls.StatAsync(new StatRequest { Path = ByteString.CopyFromUtf8(".") });
        Assert.Equal(Type.Directory, status.Entry.Type);
    }
}
