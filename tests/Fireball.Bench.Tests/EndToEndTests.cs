using System.Diagnostics;
using Fireball.Bench.Results;
using Fireball.Bench.Run;
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
            "--json", _directory["r.json"], "--html", _directory["r.html"]);
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
        Assert.All(
            results.Cases.Where(one => one.Transport is "zmq" or "grpc"),
            one => Assert.True(one.AgentCpuPerCall() is > 0 and < 1 && one.AgentRssBytes() > 1 << 20, $"{one.Transport} {one.Key}"));
        Assert.Contains("OpenSSH", results.Machine.SshServer, StringComparison.Ordinal);
        Assert.NotEmpty(results.Machine.Cipher);
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(_directory["r.html"]), StringComparison.Ordinal);
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
        Posix.OwnProcess.Send(process.Id, Posix.Signal.Int);
        await process.WaitForExitAsync();

        Assert.Equal((130, "fireball-bench: interrupted; this is what was finished\n"), (process.ExitCode, await error));
        Assert.Contains("NOT COMPLETE: interrupted", await output, StringComparison.Ordinal);
        Assert.Equal(RunState.Interrupted, ResultsFile.Read(_directory["r.json"]).State);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(OwnExecutable.Path, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["FIREBALL_AGENTS"] = Path.GetDirectoryName(Path.GetDirectoryName(BuiltAgent.Path ?? ""));
        return Process.Start(start)!;
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
