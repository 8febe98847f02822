using System.Diagnostics;
using System.Text;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

// One looks for zombies among all children of this process, so classes that start some take turns.
[Collection("Children")]
public sealed class ProcessTableTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Reactor _reactor = new("test");
    private readonly ProcessTable _table;
    private readonly TemporaryDirectory _directory = new();

    public ProcessTableTests() => _table = new ProcessTable(_reactor, reapsAll: false);

    public void Dispose()
    {
        _table.Dispose();
        _reactor.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Changes_of_an_environment_are_made_one_after_the_other()
    {
        // Against the plain way, on random changes of few names.
        var random = new Random(20261127);
        for (int round = 0; round < 500; round++)
        {
            List<string> expected = [.. Enumerable.Range(0, random.Next(5)).Select(_ => $"{Name()}={random.Next(9)}"), "no name"];
            using var before = EnvironmentBlock.FromEntries(expected.Select(Encoding.ASCII.GetBytes));
            var changes = new List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>>();
            for (int i = random.Next(8); i > 0; i--)
            {
                string name = Name();
                string? value = random.Next(3) == 0 ? null : $"{random.Next(9)}";
                changes.Add(new(Encoding.ASCII.GetBytes(name), value is null ? null : (ReadOnlyMemory<byte>?)Encoding.ASCII.GetBytes(value)));
                expected.RemoveAll(entry => entry.StartsWith(name + "=", StringComparison.Ordinal));
                if (value is not null)
                {
                    expected.Add($"{name}={value}");
                }
            }

            using EnvironmentBlock after = before.With(changes);
            Assert.Equal(expected, after.Entries.Select(entry => Encoding.ASCII.GetString(entry.Span)));
        }

        string Name() => "ABC"[..random.Next(1, 4)];
    }

    [Fact]
    public async Task Output_of_both_streams_and_the_exit_code_arrive()
    {
        var result = await RunAsync("sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal("out\n", result.Output);
        Assert.Equal("err\n", result.Error);
        Assert.Equal(7, result.Exit.Code);
        Assert.Equal(0, result.Exit.Signal);
        Assert.False(result.OutputOpen);
    }

    [Fact]
    public async Task A_short_command_is_one_batch_with_its_exit()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, "echo", "hi"));
        var said = new List<byte>();
        OutputBatch batch;
        var batches = 0;
        do
        {
            await child.WaitAsync().AsTask().WaitAsync(Patience);
            batch = child.Take();
            said.AddRange(batch.Segments.SelectMany(segment => segment.Bytes.ToArray()));
            child.Return();
            batches++;
        }
        while (batch.Exit is null);

        // On a machine so busy that echo takes longer than the hold time it is one more.
        Assert.True(batches <= 2, $"{batches} batches");
        Assert.Equal("hi\n"u8.ToArray(), said);
    }

    [Fact]
    public async Task A_signal_that_ends_the_process_is_told()
    {
        var result = await RunAsync("sh", "-c", "kill -KILL $$");
        Assert.Equal((0, Signal.Kill), (result.Exit.Code, result.Exit.Signal));
    }

    [Fact]
    public async Task Resource_use_is_told()
    {
        var result = await RunAsync("sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");

        // The kernel divides the time by what its ticks happened to see, which may be all system.
        Assert.True(result.Exit.UserTime + result.Exit.SystemTime > TimeSpan.Zero);
        Assert.True(result.Exit.MaxResidentKib > 0);
        Assert.True(result.Exit.WallTime >= result.Exit.UserTime / 2);
    }

    [Fact]
    public async Task Every_byte_of_output_is_exact()
    {
        var bytes = new byte[3_000_001];
        Random.Shared.NextBytes(bytes);
        await File.WriteAllBytesAsync(_directory["data"], bytes);
        var result = await RunAsync("cat", _directory["data"]);
        Assert.Equal(Encoding.Latin1.GetString(bytes), result.Output);
    }

    [Fact]
    public async Task Arguments_are_bytes()
    {
        using var environment = EnvironmentBlock.FromProcess();
        byte[] argument = [0xff, 0x01, (byte)'\'', (byte)'\n', 0xc3, (byte)' '];
        var result = await RunAsync(new SpawnRequest
        {
            Arguments = ["printf"u8.ToArray(), "%s"u8.ToArray(), argument],
            Environment = environment,
        });
        Assert.Equal(argument, Encoding.Latin1.GetBytes(result.Output));
    }

    [Fact]
    public async Task The_environment_is_bytes_and_only_what_was_given()
    {
        byte[] entry = [.. "A="u8, 0xff, 0xfe, (byte)'='];
        using var environment = EnvironmentBlock.FromEntries([entry, "PATH=/usr/bin:/bin"u8.ToArray()]);
        var result = await RunAsync(Request(environment, "env"));
        Assert.Equal([.. entry, .. "\nPATH=/usr/bin:/bin\n"u8], Encoding.Latin1.GetBytes(result.Output));
    }

    [Fact]
    public void Variables_are_text_that_may_stand_for_any_bytes()
    {
        using var environment = EnvironmentBlock.FromVariables([new("A", "1"), new("B", "\uDCFFx")]);

        Assert.Equal("1"u8.ToArray(), environment.Get("A"u8)!.Value.ToArray());
        Assert.Equal([0xFF, (byte)'x'], environment.Get("B"u8)!.Value.ToArray());
    }

    [Fact]
    public void Environment_changes_apply_in_order()
    {
        using var before = EnvironmentBlock.FromEntries(["A=1"u8.ToArray(), "B=2"u8.ToArray(), "AB=3"u8.ToArray()]);
        using var after = before.With(
        [
            new("A"u8.ToArray(), null),
            new("B"u8.ToArray(), (ReadOnlyMemory<byte>)"x"u8.ToArray()),
            new("B"u8.ToArray(), (ReadOnlyMemory<byte>)"y"u8.ToArray()),
        ]);
        Assert.Null(after.Get("A"u8));
        Assert.Equal("y"u8.ToArray(), after.Get("B"u8)!.Value.ToArray());
        Assert.Equal("3"u8.ToArray(), after.Get("AB"u8)!.Value.ToArray());
    }

    [Fact]
    public async Task The_working_directory_is_where_it_runs_and_where_relative_programs_are_found()
    {
        Script("tool", "pwd");
        using var environment = EnvironmentBlock.FromProcess();
        var result = await RunAsync(new SpawnRequest
        {
            Arguments = ["./tool"u8.ToArray()],
            Environment = environment,
            WorkingDirectory = Encoding.UTF8.GetBytes(_directory.Path),
        });
        Assert.Equal(_directory.Path + "\n", result.Output);
    }

    [Fact]
    public void A_missing_working_directory_is_named()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var e = Assert.Throws<SpawnException>(() => _table.Start(new SpawnRequest
        {
            Arguments = ["true"u8.ToArray()],
            Environment = environment,
            WorkingDirectory = "/no/such/place"u8.ToArray(),
        }));
        Assert.Equal(SpawnFailure.WorkingDirectory, e.Failure);
        Assert.Contains("/no/such/place", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_umask_is_the_commands_alone()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var own = (await RunAsync("sh", "-c", "umask")).Output;
        var masked = new SpawnRequest
        {
            Arguments = ["sh"u8.ToArray(), "-c"u8.ToArray(), "umask"u8.ToArray()],
            Environment = environment,
            Umask = 0b001_010_111,
        };
        var both = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            i => Task.Run(() => i % 2 == 0 ? RunAsync(masked) : RunAsync("sh", "-c", "umask"))));
        Assert.All(both.Where((_, i) => i % 2 == 0), result => Assert.Equal("0127\n", result.Output));
        Assert.All(both.Where((_, i) => i % 2 == 1), result => Assert.Equal(own, result.Output));
    }

    [Theory]
    [InlineData("no-such-command-at-all")]
    [InlineData("/no/such/command")]
    [InlineData("")]
    public void What_is_not_there_is_not_found(string command)
    {
        using var environment = EnvironmentBlock.FromProcess();
        var e = Assert.Throws<SpawnException>(() => _table.Start(Request(environment, command)));
        Assert.Equal(SpawnFailure.NotFound, e.Failure);
    }

    [Fact]
    public void What_may_not_be_executed_is_told_apart()
    {
        _directory.Write("plain", "text");
        using var environment = EnvironmentBlock.FromProcess();
        using var path = EnvironmentBlock.FromEntries([Encoding.UTF8.GetBytes("PATH=" + _directory.Path)]);
        foreach (var request in new[]
        {
            Request(environment, _directory["plain"]), Request(environment, "/etc"), Request(path, "plain"),
        })
        {
            Assert.Equal(SpawnFailure.NotExecutable, Assert.Throws<SpawnException>(() => _table.Start(request)).Failure);
        }
    }

    [Fact]
    public async Task The_search_is_in_the_commands_own_path_and_skips_what_it_may_not_execute()
    {
        _directory.Write("fbtool", "text");
        Directory.CreateDirectory(_directory["second"]);
        Script("second/fbtool", "echo second");
        using var environment = EnvironmentBlock.FromEntries(
            [Encoding.UTF8.GetBytes($"PATH=/no/such:{_directory.Path}:{_directory.Path}/second:/bin")]);
        Assert.Equal("second\n", (await RunAsync(Request(environment, "fbtool"))).Output);
    }

    [Fact]
    public async Task A_script_without_a_header_is_run_by_the_shell()
    {
        _directory.Write("bare", "echo bare $1\n", (UnixFileMode)0b111_000_000);
        Assert.Equal("bare x\n", (await RunAsync(_directory["bare"], "x")).Output);
    }

    [Fact]
    public async Task No_descriptor_but_the_three_is_inherited()
    {
        using var open = File.OpenRead("/etc/passwd");
        var result = await RunAsync("sh", "-c", "ls /proc/$$/fd");
        Assert.Equal("0\n1\n2\n", result.Output);
    }

    [Fact]
    public async Task Signals_have_their_default_actions_and_none_is_blocked()
    {
        var result = await RunAsync("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status");
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", result.Output);
    }

    [Fact]
    public async Task It_leads_a_session_of_its_own()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, "sh", "-c", "cut -d' ' -f5,6 /proc/$$/stat"));
        var result = await CollectAsync(child);
        Assert.Equal($"{child.Pid} {child.Pid}\n", result.Output);
    }

    [Fact]
    public async Task Input_is_written_and_its_end_seen()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(InputRequest(environment, "cat"));
        var reading = CollectAsync(child);
        var bytes = new byte[1_000_000];
        Random.Shared.NextBytes(bytes);
        await child.Input!.WriteAsync(bytes);
        await child.Input.DisposeAsync();
        Assert.Equal(Encoding.Latin1.GetString(bytes), (await reading).Output);
    }

    [Fact]
    public async Task A_command_that_never_reads_its_input_ends_all_the_same()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(InputRequest(environment, "true"));
        var result = await CollectAsync(child);
        Assert.Equal(0, result.Exit.Code);
        var e = await Assert.ThrowsAsync<PosixException>(async () => await child.Input!.WriteAsync(new byte[1]));
        Assert.Equal(Errno.EPIPE, e.Errno);
    }

    [Fact]
    public async Task Without_input_standard_input_is_at_its_end() =>
        Assert.Equal("done\n", (await RunAsync("sh", "-c", "cat; echo done")).Output);

    [Fact]
    public async Task A_grandchild_that_holds_the_output_does_not_hold_the_exit()
    {
        var result = await RunAsync("sh", "-c", "echo now; sleep 60 & echo $!").WaitAsync(Patience);
        Assert.StartsWith("now\n", result.Output, StringComparison.Ordinal);
        Assert.True(result.OutputOpen);
        using var sleep = Process.GetProcessById(int.Parse(result.Output.Split('\n')[1]));
        sleep.Kill();
    }

    [Fact]
    public async Task What_is_not_taken_stays_with_the_process()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, "sh", "-c", $"yes | head -c 10000000; touch {_directory["done"]}"));
        await child.WaitAsync().AsTask().WaitAsync(Patience);

        // One buffer and a full pipe, and it waits.
        await Until.TrueAsync(() => IsWaitingForPipe(child.Pid), "it waits for its pipe");
        Assert.False(File.Exists(_directory["done"]));
        var result = await CollectAsync(child);
        Assert.Equal(10_000_000, result.Output.Length);
        Assert.True(File.Exists(_directory["done"]));
    }

    [Fact]
    public async Task Termination_ends_the_whole_group()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, "sh", "-c", "sleep 60 & sleep 60 & wait"));
        await Until.TrueAsync(() => ProcessTree.OfSession(child.Pid).Count == 3, "its children are there");
        await child.TerminateAsync(Patience).WaitAsync(Patience);
        Assert.Empty(ProcessTree.OfSession(child.Pid));
        Assert.Equal(Signal.Term, child.Exit!.Signal);
    }

    [Fact]
    public async Task A_process_that_ignores_termination_is_killed_after_the_grace()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 60; done"));
        await child.WaitAsync().AsTask().WaitAsync(Patience);
        await Until.TrueAsync(() => ProcessTree.OfSession(child.Pid).Count == 2, "its child is there");
        await child.TerminateAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(Patience);
        Assert.Equal(Signal.Kill, child.Exit!.Signal);
        Assert.Empty(ProcessTree.OfSession(child.Pid));
    }

    [Fact]
    public async Task Thousands_of_short_processes_leave_no_zombie_and_no_descriptor()
    {
        _ = await RunAsync("true");
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            using var environment = EnvironmentBlock.FromEntries(["PATH=/usr/bin:/bin"u8.ToArray()]);
            var result = await RunAsync(Request(environment, "true"));
            Assert.Equal(0, result.Exit.Code);
        });
        Assert.Equal(0, _table.RunningCount);
        Assert.DoesNotContain(Processes.Table(), process => process.Parent == Environment.ProcessId && process.State == 'Z');
        var after = Directory.GetFileSystemEntries("/proc/self/fd").Length;

        // Other tests of this assembly run in the same process; a leak would be thousands.
        Assert.InRange(after, 0, before + 100);
    }

    private static SpawnRequest Request(EnvironmentBlock environment, params string[] arguments) => new()
    {
        Arguments = [.. arguments.Select(a => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(a))],
        Environment = environment,
    };

    private static SpawnRequest InputRequest(EnvironmentBlock environment, string command) => new()
    {
        Arguments = [Encoding.UTF8.GetBytes(command)],
        Environment = environment,
        HasInput = true,
    };

    private static bool IsWaitingForPipe(int session) => ProcessTree.OfSession(session) is { Count: > 1 } all
        && all.All(process => process.State == 'S');

    private static async Task<ProcessResult> CollectAsync(ChildProcess child)
    {
        var output = new List<byte>();
        var error = new List<byte>();
        while (true)
        {
            await child.WaitAsync().AsTask().WaitAsync(Patience);
            var batch = child.Take();
            foreach (var segment in batch.Segments)
            {
                (segment.IsError ? error : output).AddRange(segment.Bytes.Span);
            }

            child.Return();
            if (batch.Exit is { } exit)
            {
                return new ProcessResult(
                    Encoding.Latin1.GetString([.. output]), Encoding.Latin1.GetString([.. error]), exit, batch.OutputOpen);
            }
        }
    }

    private void Script(string name, string line) =>
        _directory.Write(name, "#!/bin/sh\n" + line + "\n", (UnixFileMode)0b111_000_000);

    private Task<ProcessResult> RunAsync(SpawnRequest request) => CollectAsync(_table.Start(request));

    private async Task<ProcessResult> RunAsync(params string[] arguments)
    {
        using var environment = EnvironmentBlock.FromProcess();
        return await RunAsync(Request(environment, arguments));
    }

    private sealed record ProcessResult(string Output, string Error, ProcessExit Exit, bool OutputOpen);
}
