using System.Security.Cryptography;
using System.Text;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>On the way to a host, before anything travels in one transport or the other.</summary>
public sealed class ConnectTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [EndToEndFact]
    public async Task A_transport_that_there_is_not_is_a_usage_error_that_lists_what_there_is()
    {
        await using Bed bed = Bed.On(fixture);
        Run run = await bed.ExecAsync("--transport", "tcp", "t", "--", "true");

        Assert.Equal(255, run.ExitCode);
        Assert.Contains("--transport tcp: no such transport; there is zmq, grpc, netmq", run.Error, StringComparison.Ordinal);
        Assert.Null(bed.BackgroundPid());
    }

    [EndToEndFact]
    public async Task Each_transport_is_a_connection_of_its_own_with_an_agent_of_its_own()
    {
        await using Bed bed = Bed.On(fixture);
        int zmq = await bed.AgentPidAsync();
        (await bed.ExecAsync("--transport", "grpc", "t", "--", "true")).Exits(0);
        Run hosts = (await bed.RunAsync("hosts", ["--json"])).Exits(0);
        using var json = System.Text.Json.JsonDocument.Parse(hosts.OutputBytes);

        Assert.Equal(
            ["grpc", "zmq"], json.RootElement.EnumerateArray().Select(host => host.GetProperty("transport").GetString()).Order());
        Assert.Equal(zmq, await bed.AgentPidAsync());
    }

    [EndToEndFact]
    public async Task Nothing_stays_in_the_background_with_persist_0()
    {
        await using Bed bed = Bed.On(fixture);
        Run run = (await bed.ExecAsync("--persist", "0", "t", "--", "echo", "hi")).Exits(0);

        Assert.Equal("hi\n", run.Output);
        Assert.Null(bed.BackgroundPid());
    }

    [EndToEndFact]
    public async Task Over_gRPC_no_connection_is_kept_with_persist_0()
    {
        await using Bed bed = Bed.On(fixture);
        Run run = (await bed.ExecAsync("--transport", "grpc", "--persist", "0", "t", "--", "echo", "hi")).Exits(0);
        Assert.Equal("hi\n", run.Output);

        // The agent leaves first; each look takes a process, so that 1,000 are longer than it may take.
        string hosts;
        int looks = 0;
        do
        {
            hosts = (await bed.RunAsync("hosts", ["--json"])).Exits(0).Output.Trim();
        }
        while (hosts != "[]" && ++looks < 1000);
        Assert.Equal("[]", hosts);
    }

    [EndToEndFact("gzip")]
    public async Task An_agent_of_another_build_works_beside_the_one_that_runs()
    {
        await using Bed one = Bed.On(fixture);
        await using Bed other = Bed.On(fixture);
        string home = Path.Combine(other.Files, "other build");
        string agents = Path.Combine(home, "agents", "linux-x64");
        Directory.CreateDirectory(agents);
        string agent = Path.Combine(agents, "fireball-agent");
        await File.WriteAllBytesAsync(agent, [.. await File.ReadAllBytesAsync(Artifacts.Agent), 0]);
        await Command.CheckAsync("gzip", "-k", agent);

        // The programs with these agents' hashes in the place of those that they were built with.
        other.Program = Path.Combine(home, "fireball");
        foreach ((string from, string to) in ((string, string)[])[(Artifacts.Program, other.Program), (Artifacts.Serve, other.Program + "-serve")])
        {
            byte[] program = await File.ReadAllBytesAsync(from);
            foreach (string suffix in (string[])["", ".gz"])
            {
                int place = program.AsSpan().IndexOf(Hash(Artifacts.Agent + suffix));
                Hash(agent + suffix).CopyTo(program, place);
            }

            await File.WriteAllBytesAsync(to, program);
            File.SetUnixFileMode(to, (UnixFileMode)0b111_101_101);
        }

        int first = await one.AgentPidAsync();
        int second = await other.AgentPidAsync();

        Assert.NotEqual(Processes.ExecutableOf(first), Processes.ExecutableOf(second));
        Assert.Equal("one\n", (await one.ExecAsync("t", "--", "echo", "one")).Exits(0).Output);
        Assert.Equal("two\n", (await other.ExecAsync("t", "--", "echo", "two")).Exits(0).Output);
        Assert.Equal(first, await one.AgentPidAsync());

        static byte[] Hash(string file) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
    }

    [EndToEndFact]
    public async Task A_host_that_refuses_is_one_line_with_its_phase()
    {
        await using Bed bed = Bed.On(fixture);
        Run run = (await bed.ExecAsync("-o", "Port=1", "t", "--", "true")).Exits(255);

        Assert.StartsWith("fireball: t: connect: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [EndToEndFact]
    public async Task A_hostile_host_name_runs_nothing()
    {
        await using Bed bed = Bed.On(fixture);
        string planted = Path.Combine(bed.Files, "planted");
        Run run = (await bed.ExecAsync("--", $"-oProxyCommand=touch {planted}", "--", "true")).Exits(255);

        Assert.Contains("refused", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(planted));
    }

    [EndToEndFact]
    public async Task A_planted_runtime_directory_is_refused()
    {
        await using Bed bed = Bed.On(fixture);
        string planted = Path.Combine(bed.Runtime, "fireball");
        Directory.CreateDirectory(planted);
        File.SetUnixFileMode(planted, (UnixFileMode)0b111_111_111);
        Run run = (await bed.ExecAsync("t", "--", "true")).Exits(255);
        Directory.Delete(planted);

        Assert.Contains("open to other users", run.Error, StringComparison.Ordinal);
    }

    [EndToEndFact]
    public async Task A_runtime_directory_that_others_may_write_to_is_refused()
    {
        await using Bed bed = Bed.On(fixture);
        File.SetUnixFileMode(bed.Runtime, (UnixFileMode)0b111_111_111);
        Run run = (await bed.ExecAsync("t", "--", "true")).Exits(255);
        File.SetUnixFileMode(bed.Runtime, (UnixFileMode)0b111_000_000);

        Assert.Contains($"other users may write to {bed.Runtime}", run.Error, StringComparison.Ordinal);
    }

    [EndToEndFact]
    public async Task An_agent_that_the_command_was_not_built_with_is_not_sent()
    {
        await using Bed bed = Bed.On(fixture);
        string agents = Path.Combine(bed.Files, "agents");
        string agent = Path.Combine(agents, "linux-x64", "fireball-agent");
        Directory.CreateDirectory(Path.GetDirectoryName(agent)!, (UnixFileMode)0b111_101_101);
        File.Copy(Artifacts.Agent, agent);
        File.Copy(Artifacts.Agent + ".gz", agent + ".gz");
        bed.Environment["FIREBALL_AGENTS"] = agents;
        (await bed.ExecAsync("--persist", "0", "t", "--", "true")).Exits(0);

        await File.AppendAllTextAsync(agent + ".gz", "x");
        Run run = (await bed.ExecAsync("--persist", "0", "t", "--", "true")).Exits(255);
        Assert.Contains($"{agent}.gz is not what this program was built with; build both with tools/build", run.Error, StringComparison.Ordinal);
        run = (await bed.ExecAsync("t", "--", "true")).Exits(255);
        Assert.Contains($"{agent}.gz is not what this program was built with", run.Error, StringComparison.Ordinal);
    }

    [EndToEndFact]
    public async Task A_background_process_that_is_stopped_is_named_and_not_waited_for_for_ever()
    {
        await using Bed bed = Bed.On(fixture);
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        string pid = Bed.Text(bed.BackgroundPid()!.Value);
        await Command.CheckAsync("kill", "-STOP", pid);
        try
        {
            Run[] runs = await Task.WhenAll(bed.ExecAsync("t", "--", "true"), bed.RunAsync("hosts", []));
            Assert.All(runs, run => Assert.Contains(
                $"the background process (pid {pid}) does not answer; if it is stopped, 'kill -CONT {pid}' lets it go on", run.Exits(255).Error, StringComparison.Ordinal));
        }
        finally
        {
            await Command.CheckAsync("kill", "-CONT", pid);
        }

        (await bed.ExecAsync("t", "--", "true")).Exits(0);
    }

    [EndToEndFact]
    public async Task Many_first_users_start_one_background_process()
    {
        await using Bed bed = Bed.On(fixture);
        Run[] runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bed.ExecAsync("t", "--", "true")));

        Assert.All(runs, run => run.Exits(0));
        Assert.Single(Processes.With("fireball-serve --background"), process =>
            Processes.EnvironmentOf(process.Pid).Contains($"XDG_RUNTIME_DIR={bed.Runtime} ", StringComparison.Ordinal));
    }
}
