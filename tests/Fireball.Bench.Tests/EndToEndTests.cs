using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

/// <summary>The whole program, on the private sshd that it starts itself.</summary>
public sealed class EndToEndTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact("ssh", "sshd", "sftp", "rsync", "agent", "agent-grpc")]
    public async Task A_short_run_with_everything_ends_in_a_table_a_report_and_results()
    {
        using Process process = Start(
            "local", "--size", "64,4K", "--concurrency", "2", "--rate", "200", "--rounds", "2", "--for", "50ms",
            "--json", _directory["r.json"], "--html", _directory["r.html"], "--svg", _directory["r.svg"]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string table = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal((0, ""), (process.ExitCode, await error));
        BenchResults results = ResultsFile.Read(_directory["r.json"]);
        Assert.Equal(RunState.Complete, results.State);
        Assert.All(results.Cases, one => Assert.True(one.Rounds.Count == 2, $"{one.Transport} {one.Key}: {one.Problem}"));
        Assert.Equal(
            ["floor", "grpc", "rsync", "sftp", "ssh", "zmq"],
            results.Cases.Select(one => one.Transport).Distinct().Order(StringComparer.Ordinal));
        Assert.All(
            ["echo 64, 2 in flight", "echo 4K, at 200/s", "exec, 2 in flight", "input 4K", "put 64", "get 4K", "put-tree, 2 in flight", "get-tree, 2 in flight", "CPU a call"],
            words => Assert.Contains(words, table, StringComparison.Ordinal));

        // An echo's bytes cross the wire both ways, and ssh adds less than a packet's worth to each.
        CaseResult echo = results.Cases.First(one => one is { Transport: "zmq", Work: "echo", Size: 4096, Rate: null });
        Assert.InRange(echo.WirePerCall()!.Value.Sent, 4096, 4096 + 512);
        Assert.InRange(echo.WirePerCall()!.Value.Received, 4096, 4096 + 512);

        // No process uses more than all cores for as long as the round took, and for what it still does when the counters are read.
        CaseResult[] ours = [.. results.Cases.Where(one => one.Transport is "zmq" or "grpc")];
        Assert.All(
            ours.SelectMany(one => one.Rounds),
            round => Assert.InRange(round.AgentCpuSeconds!.Value, 0, (round.Seconds * results.Machine.Cores) + 0.1));
        Assert.All(ours, one => Assert.True(one.AgentCpuPerCall() > 0 && one.AgentRssBytes() > 1 << 20, $"{one.Transport} {one.Key}"));
        Assert.Contains("OpenSSH", results.Machine.SshServer, StringComparison.Ordinal);
        Assert.NotEmpty(results.Machine.Cipher);
        Assert.StartsWith("<svg ", await File.ReadAllTextAsync(_directory["r.svg"]), StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(_directory["r.html"]), StringComparison.Ordinal);
    }

    [RequiresFact("ssh", "sshd", "programs", "agent", "cp")]
    public async Task The_command_and_the_grpc_api_are_measured_by_a_process_of_their_own_and_the_user_s_is_not_touched()
    {
        string runtime = Directory.CreateDirectory(_directory["run"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        string temporary = Directory.CreateDirectory(_directory["tmp"]).FullName;
        ProcessStartInfo start = StartInfo(
            "local", "--transports", "command,serve,spawn", "--size", "64K", "--concurrency", "1", "--rounds", "2", "--for", "20ms",
            "--json", _directory["r.json"]);
        start.Environment["PATH"] = $"{BuiltAgent.Programs}:{start.Environment["PATH"]}";
        start.Environment["XDG_RUNTIME_DIR"] = runtime;
        start.Environment["TMPDIR"] = temporary;
        using Process process = Process.Start(start)!;
        string[] said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Equal((0, ""), (process.ExitCode, said[1]));
        BenchResults results = ResultsFile.Read(_directory["r.json"]);
        Assert.All(results.Cases, one => Assert.True(one.Rounds.Count == 2, $"{one.Transport} {one.Key}: {one.Problem}"));
        Assert.Equal(
            ["connect", "exec", "get", "get-tree", "input", "output", "put", "put-tree"],
            Works("command"));
        Assert.Equal(["exec", "get", "input", "open-host", "output", "put"], Works("serve"));
        Assert.Equal(["exec", "get-tree", "put-tree"], Works("spawn"));

        // What carries them is seen, although another process holds it.
        Assert.All(
            results.Cases.Where(one => one.Transport is "command" or "serve" && one.Work == "put"),
            one => Assert.InRange(one.WirePerCall()!.Value.Sent, 65536, 2 * 65536));
        Assert.All(
            results.Cases.Where(one => one.Transport == "serve"),
            one => Assert.All(one.Rounds, round => Assert.NotNull(round.ServerRssGrowthBytes)));

        // Nothing of it stays: no file, and no process that was started with this temporary directory.
        Assert.Empty(Directory.GetFileSystemEntries(runtime));
        Assert.Empty(Directory.GetFileSystemEntries(temporary));
        Assert.Empty(ProcessesWith($"TMPDIR={temporary}"));

        IEnumerable<string> Works(string transport) =>
            results.Cases.Where(one => one.Transport == transport).Select(one => one.Work).Distinct().Order(StringComparer.Ordinal);
    }

    [RequiresTheory("ssh", "sshd", "/usr/bin/python3")]
    [InlineData("", true)]
    [InlineData("-q", false)]
    [InlineData("2>/dev/null", false)]
    public async Task On_a_terminal_progress_is_overwritten_and_cleared_before_the_table_and_elsewhere_there_is_none(string how, bool shown)
    {
        // A shell redirects; at_terminal.py answers questions, and here there are none.
        ProcessStartInfo start = StartInfo();
        start.FileName = "/usr/bin/python3";

        // Of a terminal that can do more, .NET says at its start that its keys are to be told apart.
        start.Environment["TERM"] = "dumb";
        string line = $"exec '{Program}' local --transports ssh --work exec --concurrency 1 --rounds 2 --for 20ms {how}";
        foreach (string word in (string[])[Path.Combine(AppContext.BaseDirectory, "peers", "at_terminal.py"), "no question", "", "/bin/sh", "-c", line])
        {
            start.ArgumentList.Add(word);
        }

        using Process process = Process.Start(start)!;
        string[] said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        string screen = said[0];

        Assert.Contains("status 0", screen, StringComparison.Ordinal);
        Assert.Contains("exec, 1 in flight", screen, StringComparison.Ordinal);
        if (shown)
        {
            // Each line takes the place of the one before it, and the table that of the last.
            const string Clear = "\r\u001b[K";
            string[] lines = screen[..screen.IndexOf("fireball bench local", StringComparison.Ordinal)].Split(Clear);
            Assert.Equal("[1/1] exec, 1 in flight: ssh, warming up", lines[1]);
            Assert.StartsWith("[1/1] exec, 1 in flight: ssh, round 1 of 2", lines[2], StringComparison.Ordinal);
            Assert.StartsWith("[1/1] exec, 1 in flight: ssh, round 2 of 2", lines[3], StringComparison.Ordinal);
            Assert.Equal(["", ""], [lines[0], .. lines[4..]]);
        }
        else
        {
            Assert.StartsWith("fireball bench local", screen, StringComparison.Ordinal);
            Assert.DoesNotContain("\u001b", screen, StringComparison.Ordinal);
        }
    }

    [RequiresFact("root", "ssh", "sshd", "agent", "agent-grpc")]
    public async Task An_agent_that_was_uploaded_to_measure_it_is_removed_and_the_usual_one_stays()
    {
        await using SshServer server = await SshServer.StartAsync();
        using Process process = Start(
            "t", "-F", server.ConfigPath, "--work", "connect-new,idle", "--rounds", "1", "--for", "1ms", "-q", "--json", _directory["r.json"]);
        string[] said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Equal((0, ""), (process.ExitCode, said[1]));
        ILookup<string, CaseResult> works = ResultsFile.Read(_directory["r.json"]).Cases.Where(one => one.Problem is null).ToLookup(one => one.Work);
        Assert.Equal(["zmq", "grpc"], works["connect-new"].Select(one => one.Transport));

        // A second of nothing; another machine's agent, for all that the program knows, tells of its memory alone.
        Assert.Equal(["zmq", "grpc", "ssh"], works["idle"].Select(one => one.Transport));
        Assert.All(works["idle"], one => Assert.Equal(one.Transport != "ssh", one.AgentRssBytes() > 1 << 20));
        Assert.All(works["idle"], one => Assert.Null(one.AgentCpuPerCall()));
        Assert.All(works["idle"], one => Assert.True(one.WirePerCall() is not null));

        // The user is this test run's alone: what the transports' own connections left is all there may be.
        Assert.Equal(2, Directory.GetFiles(Path.Combine(server.User.Home, ".cache", "fireball")).Length);
    }

    [RequiresFact("ssh", "sshd")]
    public async Task Ctrl_C_is_130_with_what_was_finished()
    {
        // An hour of exec; the first case ends after a moment.
        using Process process = Start(
            "local", "--transports", "ssh", "--work", "echo", "--size", "64", "--concurrency", "1,2", "--for", "1h", "--rounds", "1",
            "--json", _directory["r.json"]);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();

        // It measures when the server has a session with cat: the only one that has no shell around it.
        await WaitForSessionAsync(process.Id);
        Linux.OwnProcess.Send(process.Id, Linux.Signal.Int);
        try
        {
            await process.WaitForExitAsync().WaitAsync(Until.Limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.Equal((130, "fireball-bench: interrupted; this is what was finished\n"), (process.ExitCode, await error));
        Assert.Contains("NOT COMPLETE: interrupted", await output, StringComparison.Ordinal);
        Assert.Equal(RunState.Interrupted, ResultsFile.Read(_directory["r.json"]).State);
    }

    private static string Program { get; } = BuildOutput.Executable("Fireball.Bench", "fireball-bench");

    // What runs in a script's background inherits an ignored SIGINT, and ignores it then as ssh does: env gives the default
    // back, and becomes the program.
    private static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = StartInfo(["--default-signal=INT", Program, .. arguments]);
        start.FileName = "env";
        return Process.Start(start)!;
    }

    private static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["FIREBALL_AGENTS"] = Path.GetDirectoryName(Path.GetDirectoryName(BuiltAgent.Path ?? ""));
        return start;
    }

    // The pids of the processes that were started with this in their environment.
    private static List<string> ProcessesWith(string variable)
    {
        var found = new List<string>();
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                if (File.ReadAllText($"{directory}/environ").Split('\0').Contains(variable, StringComparer.Ordinal))
                {
                    found.Add(directory);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is another user's.
            }
        }

        return found;
    }

    // Until a second ssh of this process is there: the first one is the ControlMaster.
    private static async Task WaitForSessionAsync(int pid)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await Command.RunAsync("ps", ["--ppid", $"{pid}", "-o", "comm="], cancellationToken: limit.Token)).Output
            .Split('\n').Count(name => name.Trim() == "ssh") < 2)
        {
        }
    }
}
