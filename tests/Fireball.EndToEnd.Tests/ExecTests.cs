using System.Diagnostics;
using System.Security.Cryptography;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>fireball exec, whole: the published programs over a real sshd; over each transport by a class of its own.</summary>
public abstract class ExecTests(SshServerFixture fixture, string? transport)
{
    [EndToEndFact]
    public async Task A_command_runs_and_the_second_one_finds_the_host_connected()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run first = (await bed.ExecAsync("t", "--", "uname", "-s")).Exits(0);
        int background = bed.BackgroundPid()!.Value;
        Run second = (await bed.ExecAsync("t", "uname", "-s")).Exits(0);

        Assert.Equal("Linux\n", first.Output);
        Assert.Equal("Linux\n", second.Output);
        Assert.Equal("", first.Error + second.Error);
        Assert.Equal(background, bed.BackgroundPid());
    }

    [EndToEndFact]
    public async Task Binary_input_and_output_are_exact()
    {
        await using Bed bed = Bed.On(fixture, transport);
        byte[] bytes = RandomNumberGenerator.GetBytes(3_000_001);
        Run run = (await bed.RunAsync("exec", ["t", "--", "cat"], bytes)).Exits(0);

        Assert.True(bytes.AsSpan().SequenceEqual(run.OutputBytes));
    }

    [EndToEndFact]
    public async Task Standard_output_and_error_stay_apart_and_the_status_is_the_commands()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.ExecAsync("t", "--sh", "echo out; echo err >&2; exit 42")).Exits(42);

        Assert.Equal("out\n", run.Output);
        Assert.Equal("err\n", run.Error);
    }

    [EndToEndFact]
    public async Task Arguments_arrive_as_they_are()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.ExecAsync("t", "--", "printf", "%s|", "a b", "", "$HOME", "*", "--", "-n", "\n'\"")).Exits(0);

        Assert.Equal("a b||$HOME|*|--|-n|\n'\"|", run.Output);
    }

    [EndToEndFact]
    public async Task Directory_environment_and_umask_are_the_callers()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.ExecAsync(
            "--cwd", "/usr", "--env", "GREETING=good day", "--umask", "027", "t", "--sh", "pwd; echo $GREETING; umask")).Exits(0);

        Assert.Equal("/usr\ngood day\n0027\n", run.Output);
    }

    [EndToEndFact]
    public async Task Not_found_is_127_and_not_executable_126_with_one_line_each()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run missing = (await bed.ExecAsync("t", "--", "/nowhere/at/all")).Exits(127);
        Run denied = (await bed.ExecAsync("t", "--", "/etc/passwd")).Exits(126);

        Assert.StartsWith("fireball: t: exec: ", missing.Error, StringComparison.Ordinal);
        Assert.StartsWith("fireball: t: exec: ", denied.Error, StringComparison.Ordinal);
        Assert.Equal(1, missing.Error.Count(c => c == '\n'));
        Assert.Equal(1, denied.Error.Count(c => c == '\n'));
    }

    [EndToEndFact]
    public async Task A_signal_that_ends_the_command_is_128_plus_its_number()
    {
        await using Bed bed = Bed.On(fixture, transport);
        (await bed.ExecAsync("t", "--sh", "kill -KILL $$")).Exits(137);
    }

    [EndToEndFact]
    public async Task A_command_over_its_time_is_killed_and_said_so()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.ExecAsync("--timeout", "300ms", "t", "--", "sleep", "1000")).Exits(255);

        Assert.Contains("exec: ", run.Error, StringComparison.Ordinal);
    }

    [EndToEndFact]
    public async Task Ctrl_C_is_130_and_the_remote_group_is_gone()
    {
        await using Bed bed = Bed.On(fixture, transport);
        string mark = Bed.Text(100_000_000 + Random.Shared.Next(100_000_000));
        using Process process = bed.Start("exec", "t", "--sh", $"sleep {mark} & echo started; wait");
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        await Command.CheckAsync("kill", "-INT", Bed.Text(process.Id));
        await Bed.WaitAsync(process);

        Assert.Equal(130, process.ExitCode);
        await Until.TrueAsync(() => Processes.With($"sleep {mark}").Count == 0, "the group ends");
    }

    [EndToEndFact]
    public async Task A_command_that_ignores_Ctrl_C_is_killed_all_the_same()
    {
        await using Bed bed = Bed.On(fixture, transport);
        string mark = Bed.Text(200_000_000 + Random.Shared.Next(100_000_000));
        using Process process = bed.Start("exec", "t", "--sh", $"trap '' INT TERM; echo started; sleep {mark}; sleep {mark}");
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        await Command.CheckAsync("kill", "-INT", Bed.Text(process.Id));
        await Bed.WaitAsync(process);

        Assert.Equal(130, process.ExitCode);
        await Until.TrueAsync(() => Processes.With($"sleep {mark}").Count == 0, "the group ends");
    }

    [EndToEndFact]
    public async Task Termination_is_143()
    {
        await using Bed bed = Bed.On(fixture, transport);
        using Process process = bed.Start("exec", "t", "--sh", "echo started; exec sleep 1000");
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        await Command.CheckAsync("kill", "-TERM", Bed.Text(process.Id));
        await Bed.WaitAsync(process);

        Assert.Equal(143, process.ExitCode);
    }

    [EndToEndFact]
    public async Task A_reader_that_goes_away_ends_the_command()
    {
        await using Bed bed = Bed.On(fixture, transport);
        string mark = "fbmark" + Bed.Text(Random.Shared.Next(1_000_000_000));
        using Process process = bed.Start("exec", "t", "--", "yes", mark);
        Assert.Equal(mark, await process.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        process.StandardOutput.Close();
        await Bed.WaitAsync(process);

        Assert.Equal(141, process.ExitCode);
        await Until.TrueAsync(() => Processes.With("yes " + mark).Count == 0, "the command ends");
    }

    [EndToEndFact]
    public async Task A_slow_reader_makes_its_own_command_wait_and_no_other()
    {
        await using Bed bed = Bed.On(fixture, transport);
        using Process slow = bed.Start("exec", "t", "--", "head", "-c", "100000000", "/dev/zero");
        Assert.Equal(1, await slow.StandardOutput.BaseStream.ReadAsync(new byte[1]).AsTask().WaitAsync(Until.Limit));

        for (int i = 0; i < 3; i++)
        {
            (await bed.ExecAsync("t", "--", "true")).Exits(0);
        }

        Assert.False(slow.HasExited);
        Assert.Equal(99_999_999, (await Bed.ReadAsync(slow.StandardOutput.BaseStream).WaitAsync(Until.Limit)).Length);
        await Bed.WaitAsync(slow);
        Assert.Equal(0, slow.ExitCode);
    }

    [EndToEndFact]
    public async Task Standard_input_that_is_never_closed_holds_nothing_up()
    {
        await using Bed bed = Bed.On(fixture, transport);
        using Process process = bed.Start("exec", "t", "--", "echo", "done");
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Until.Limit);
        await Bed.WaitAsync(process);

        Assert.Equal("done\n", output);
        Assert.Equal(0, process.ExitCode);
    }

    [EndToEndFact]
    public async Task Standard_input_that_is_never_read_holds_nothing_up()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.RunAsync("exec", ["t", "--sh", "exec <&-; echo done"], new byte[20_000_000])).Exits(0);

        Assert.Equal("done\n", run.Output);
    }

    [EndToEndFact]
    public async Task Two_gibibytes_of_output_arrive_whole_through_an_agent_of_64_MiB()
    {
        await using Bed bed = Bed.On(fixture, transport);
        const long Size = 1L << 31;
        int agent = await bed.AgentPidAsync();
        using Process process = bed.Start("exec", "-n", "t", "--", "head", "-c", $"{Size}", "/dev/zero");
        Task<string> words = process.StandardError.ReadToEndAsync();
        byte[] buffer = new byte[1 << 20];
        long total = 0;
        int count;
        while ((count = await process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0)
        {
            Assert.False(buffer.AsSpan(0, count).ContainsAnyExcept((byte)0));
            total += count;
        }

        await Bed.WaitAsync(process);
        Assert.Equal("", await words);
        Assert.Equal(Size, total);
        Assert.InRange(Processes.PeakMemory(agent), 1, 64 << 20);
    }

    [EndToEndFact]
    public async Task Json_has_everything_in_one_object()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.ExecAsync("--json", "t", "--sh", "echo out; printf '\\377' >&2; exit 3")).Exits(3);
        using var json = System.Text.Json.JsonDocument.Parse(run.OutputBytes);

        Assert.Equal(3, json.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal("out\n", json.RootElement.GetProperty("stdout").GetString());
        Assert.Equal([0xFF], json.RootElement.GetProperty("stderr_base64").GetBytesFromBase64());
    }

    [EndToEndFact]
    public async Task Fifty_at_once_get_each_their_own()
    {
        await using Bed bed = Bed.On(fixture, transport);
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        Run[] runs = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => bed.ExecAsync("t", "--", "echo", Bed.Text(i))));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}\n"), runs.Select(run => run.Output));
    }
}
