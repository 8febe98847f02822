using Fireball.Controller.Tests.Copies;
using Fireball.Files;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Type = Fireball.V1.FileEntry.Types.Type;

namespace Fireball.Controller.Tests.Answers;

/// <summary>
/// Whatever an agent answers, a call ends in time, with a result that can be or one of the library's own exceptions, whose
/// message is one line without control characters; and nothing is written but below what a get names.
/// </summary>
public sealed class HostileAnswerTests : IAsyncLifetime
{
    private static readonly int RandomMutants = MutantCount.Of(500);

    private readonly AnsweringAgent _agent = new();
    private readonly TemporaryDirectory _directory = new();
    private CopyPeers _peers = null!;
    private FireballHost _host = null!;

    public async Task InitializeAsync()
    {
        _peers = await CopyPeers.StartAsync(_agent);
        _host = FireballHost.FromInvoker(_peers.Invoker, "host");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _peers.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public Task Exec() => TryAllAsync(
        [
            new ExecResponse { Started = new ExecStarted { Pid = 7 } },
            new ExecResponse { StdoutData = ByteString.CopyFrom(FileRecords.Content) },
            new ExecResponse { StderrData = ByteString.CopyFrom(FileRecords.Content) },
            new ExecResponse { Exited = Exited },
        ],
        async () =>
        {
            ExecResult result = await _host.ExecAsync(ExecCommand.Of("true"));
            Assert.InRange(result.Exit.ShellStatus, 0, 255);
        });

    [Fact]
    public Task Outcome()
    {
        _agent.Answers[typeof(ExecResponse)] = [];
        return TryAllAsync(
            [new OutcomeResponse { State = OutcomeResponse.Types.State.Exited, Exited = Exited, Socket = ByteString.CopyFromUtf8("/a") }],
            () => _host.ExecAsync(ExecCommand.Of("true")));
    }

    [Fact]
    public Task Ping() => TryAllAsync(
        [new PingResponse { Version = "0.1.0", Pid = 7, Uptime = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)), RssKib = 1 }],
        () => _host.PingAsync());

    [Fact]
    public Task Shutdown() => TryAllAsync([new ShutdownResponse { Killed = 1 }], () => _host.ShutdownAsync());

    [Fact]
    public Task Stat() => TryAllAsync([new StatResponse { Entry = FileRecords.Entry(""), Uid = 1, Gid = 1 }], () => _host.StatAsync("file"));

    [Fact]
    public Task Get_of_a_file() => TryAllAsync(
        [new GetResponse { Records = { FileRecords.Whole(0, "") }, Summary = new FileSummary { Files = 1, Bytes = 7 } }],
        async () =>
        {
            using var destination = new MemoryStream();
            await _host.GetAsync("file", destination);
            Assert.InRange(destination.Length, 0, 2 << 20);
        });

    [Fact]
    public Task Get_of_a_tree()
    {
        string target = _directory["target"];
        return TryAllAsync(
            [
                new GetResponse { Records = { new FileRecord { Entry = FileRecords.Entry("", Type.Directory) } } },
                new GetResponse { Records = { FileRecords.Whole(1, "file") } },
                new GetResponse
                {
                    Records = { new FileRecord { Number = 2, Entry = FileRecords.Entry("link", Type.Symlink, "file") } },
                    Failures = { new FileFailure { Path = ByteString.CopyFromUtf8("/x"), ErrorNumber = 13, Message = "denied" } },
                    Summary = new FileSummary { Files = 1, Directories = 1, Symlinks = 1, Bytes = 7, Failed = 1 },
                },
            ],
            async () =>
            {
                CopyResult result = await _host.GetAsync(["tree/"], target);
                CheckCounts(result);
                Assert.InRange(result.Failed, result.Failures.Count, long.MaxValue);
                Assert.All(Directory.GetFileSystemEntries(_directory.Path), path => Assert.Equal(target, path));
                await Command.CheckAsync("rm", "-rf", "--", target);
            });
    }

    [Fact]
    public Task Put_of_a_stream() => TryAllAsync(
        [Put],
        async () => Assert.Equal(FileRecords.Content.Length, await _host.PutAsync(new MemoryStream(FileRecords.Content), "file")));

    [Fact]
    public async Task Put_of_a_tree()
    {
        using var source = new TemporaryDirectory();
        source.Write("file", "content");
        string path = source.Path;
        await TryAllAsync([Put], async () => CheckCounts(await _host.PutAsync([path], "tree")));
    }

    [Fact]
    public async Task A_failure_in_the_agents_words_is_one_plain_line()
    {
        var e = await Assert.ThrowsAsync<FireballException>(() => _host.PingAsync());
        Assert.Equal(@"no\n\e[2J\u{202e}answer", e.Message);
    }

    private static ExecExited Exited => new()
    {
        ExitCode = 1,
        Usage = new ResourceUsage
        {
            UserTime = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
            SystemTime = new Duration(),
            WallTime = new Duration(),
            MaxRssKib = 1,
        },
    };

    private static PutResponse Put => new()
    {
        Failures = { new FileFailure { Path = ByteString.CopyFromUtf8("/x"), ErrorNumber = 13, Message = "denied" } },
        Summary = new FileSummary { Files = 1, Failed = 1 },
    };

    private static void CheckCounts(CopyResult result) => Assert.All(
        [result.Files, result.Directories, result.Symlinks, result.Bytes, result.Failed],
        count => Assert.InRange(count, 0, long.MaxValue));

    private async Task TryAllAsync(IReadOnlyList<IMessage> answers, Func<Task> call)
    {
        int refused = 0;
        foreach (MessageMutant mutant in MessageMutants.Of(answers, RandomMutants).Prepend(new MessageMutant("as it is", answers)))
        {
            _agent.Answers[answers[0].GetType()] = mutant.Messages;
            try
            {
                await call().WaitAsync(Until.Limit);
            }
            catch (Exception e) when (e is FireballException or FileCopyException)
            {
                refused++;
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{mutant.Name}: {e}\nfor {string.Join('\n', mutant.Messages.Select(answer => answer.ToString() is { Length: < 2000 } text ? text : "..."))}");
            }
        }

        // Else this would show nothing.
        Assert.True(refused > 0 || answers.Count == 1, "no answer was refused");
    }
}
