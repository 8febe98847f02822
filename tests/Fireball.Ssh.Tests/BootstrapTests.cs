using System.Diagnostics;
using System.Globalization;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>
/// The remote command itself, run by the shells that targets have as sh, with directories of the test: fault
/// catalogue, rows 9, 12, 13 and 14, and what a planted directory does.
/// </summary>
public sealed class BootstrapTests : IDisposable
{
    private readonly TemporaryDirectory _home = new();
    private readonly List<string> _mounts = [];

    public static TheoryData<string> Shells => new("bash --posix", "dash", "busybox ash");

    public void Dispose()
    {
        foreach (string mount in _mounts)
        {
            Command.CheckAsync("umount", mount).GetAwaiter().GetResult();
        }

        _home.Dispose();
    }

    [Fact]
    public void The_remote_command_has_no_character_that_a_login_shell_would_change()
    {
        string command = BootstrapScript.Create("fireball-0123456789abcdef", ScriptedAgent.Images, 100);
        Assert.StartsWith("exec sh -c '", command, StringComparison.Ordinal);
        Assert.EndsWith("'", command, StringComparison.Ordinal);
        Assert.DoesNotContain(command["exec sh -c '".Length..^1], c => c is '\n' or '!' or '\'' or '\\' or > '~');
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task The_agent_is_installed_in_the_first_directory_and_found_there_again(string shell)
    {
        Directory.CreateDirectory(_home["run dir"]);
        var first = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["run dir"]));
        Assert.Equal(["need", "installed", "start", "ready"], first.Words);
        string path = _home["run dir"] + "/fireball/agent-" + first.Image.Hash;
        Assert.Equal("start " + path, first.Lines[2]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_home["run dir"] + "/fireball"));

        var second = await RunAsync(shell, first.Agents, ("XDG_RUNTIME_DIR", _home["run dir"]));
        Assert.Equal(["start", "ready"], second.Words);
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task A_damaged_agent_is_not_run_but_replaced(string shell)
    {
        var first = await RunAsync(shell);
        string path = _home[".cache/fireball/agent-" + first.Image.Hash];
        await File.WriteAllTextAsync(path, "#!/bin/sh\necho damaged; exit 1\n");
        var second = await RunAsync(shell, first.Agents);
        Assert.Equal(["need", "installed", "start", "ready"], second.Words);
        Assert.Equal(first.Image.Size, new FileInfo(path).Length);
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task An_agent_of_another_contract_is_replaced(string shell)
    {
        var first = await RunAsync(shell);
        string path = _home[".cache/fireball/agent-" + first.Image.Hash];
        string script = $"#!/bin/sh\nhead -c {TestRequest.Create(_home["socket"]).Length} >/dev/null\necho \"$2 contract 9\"\nexit 78\n#";
        await File.WriteAllTextAsync(path, script.PadRight((int)first.Image.Size, '#'));
        var second = await RunAsync(shell, first.Agents);

        Assert.Equal(["start", "contract", "need", "installed", "start", "ready"], second.Words);
        Assert.DoesNotContain("contract 9", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task Where_the_uploaded_agent_is_of_another_contract_too_that_is_the_end(string shell)
    {
        int length = TestRequest.Create(_home["socket"]).Length;
        var agents = ScriptedAgent.Of($"#!/bin/sh\n[ \"$1\" = --version ]&&exit\nhead -c {length} >/dev/null\necho \"$2 contract 9\"\nexit 78\n");
        var result = await RunAsync(shell, agents, ("TMPDIR", _home.Path));

        Assert.Equal("contract", result.Words[3]);
        Assert.Equal("none", result.Words[^1]);
        Assert.Empty(Directory.GetFileSystemEntries(_home[".cache/fireball"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task What_dead_uploads_left_is_removed_and_a_running_upload_is_not(string shell)
    {
        Directory.CreateDirectory(_home[".cache/fireball"], (UnixFileMode)0b111_000_000);
        string dead = _home.Write(".cache/fireball/agent-ff.999999999.part", "x");
        string alive = _home.Write($".cache/fireball/agent-ff.{Environment.ProcessId}.part", "x");
        await RunAsync(shell);
        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(alive));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task A_planted_directory_or_link_is_named_and_the_next_one_taken(string shell)
    {
        Directory.CreateDirectory(_home["elsewhere"], (UnixFileMode)0b111_000_000);
        Directory.CreateDirectory(_home["run"], (UnixFileMode)0b111_000_000);
        Directory.CreateSymbolicLink(_home["run/fireball"], _home["elsewhere"]);
        Directory.CreateDirectory(_home[".cache"], (UnixFileMode)0b111_000_000);
        Directory.CreateDirectory(_home[".cache/fireball"], (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(_home["tmp"]);
        File.SetUnixFileMode(_home["tmp"], (UnixFileMode)0b111_111_111);
        var result = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["run"]), ("TMPDIR", _home["tmp"]));
        Assert.StartsWith($"no {_home["run/fireball"]}: exists but is no directory of mode 0700", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"no {_home[".cache/fireball"]}: exists but is no directory", result.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"no {_home["tmp"]}/fireball-", result.Lines[2], StringComparison.Ordinal);
        Assert.EndsWith("others may rename in " + _home["tmp"], result.Lines[2], StringComparison.Ordinal);
        Assert.StartsWith("start /tmp/fireball-", result.Lines.First(l => l.StartsWith("start", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_home["elsewhere"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task A_way_on_which_others_may_rename_is_refused_down_to_the_root_and_behind_links_too(string shell)
    {
        Directory.CreateDirectory(_home["open/run"]);
        File.SetUnixFileMode(_home["open"], (UnixFileMode)0b111_111_111);
        Directory.CreateSymbolicLink(_home[".cache"], _home["open/run"]);
        var result = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["open/run"]), ("TMPDIR", _home.Path));

        Assert.Equal(["no", "no", "need", "installed", "start", "ready"], result.Words);
        Assert.Equal($"no {_home["open/run/fireball"]}: others may rename in {_home["open"]}", result.Lines[0]);
        Assert.Equal($"no {_home[".cache/fireball"]}: others may rename in {_home["open"]}", result.Lines[1]);
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task A_link_of_this_user_on_the_way_is_followed_and_the_real_path_told(string shell)
    {
        Directory.CreateDirectory(_home["disk two/cache"]);
        Directory.CreateSymbolicLink(_home[".cache"], _home["disk two/cache"]);
        var result = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["none"] + "//"));

        Assert.Equal("start " + _home["none/fireball/agent-" + result.Image.Hash], result.Lines[^2]);
        result = await RunAsync(shell, ("XDG_RUNTIME_DIR", ""));
        Assert.Equal("start " + _home["disk two/cache/fireball/agent-" + result.Image.Hash], result.Lines[^2]);
    }

    [RequiresTheory("bash", "dash", "busybox", "python3", "root")]
    [MemberData(nameof(Shells))]
    public async Task A_link_or_a_directory_of_another_user_on_the_way_is_refused(string shell)
    {
        // The link leads to a place of our own: its owner could lead it elsewhere between the look and the start.
        Directory.CreateDirectory(_home["ours"], (UnixFileMode)0b111_000_000);
        Directory.CreateSymbolicLink(_home["link"], _home["ours"]);
        Directory.CreateDirectory(_home["theirs/run/fireball"], (UnixFileMode)0b111_101_101);
        await Command.CheckAsync("chown", "-h", "65534", _home["link"], _home["theirs"]);
        var result = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["link"]), ("TMPDIR", _home["theirs/run"]));

        Assert.Equal($"no {_home["link/fireball"]}: {_home["link"]} -> {_home["ours"]} belongs to another user", result.Lines[0]);
        Assert.Equal("start " + _home[".cache/fireball/agent-" + result.Image.Hash], result.Lines[^2]);

        result = await RunAsync(shell, ("HOME", _home["theirs/run"]), ("TMPDIR", _home.Path));
        Assert.Equal($"no {_home["theirs/run/.cache/fireball"]}: {_home["theirs"]} belongs to another user", result.Lines[0]);
    }

    [RequiresTheory("bash", "dash", "python3")]
    [InlineData("bash --posix")]
    [InlineData("dash")]
    public async Task What_is_swapped_between_the_look_and_the_start_is_not_run(string shell)
    {
        Directory.CreateDirectory(_home["run"]);
        var first = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["run"]));

        // The ls that the script looks with swaps the directory for another one when it has looked.
        string planted = $"#!/bin/sh\ntouch {_home["was-run"]}\n";
        string hands = _home.Write("planted", planted);
        string real = Requirements.Find("ls")!;
        Directory.CreateDirectory(_home["bin"]);
        _home.Write("bin/ls", $"""
            #!/bin/sh
            {real} "$@"
            mv {_home["run/fireball"]} {_home["run/moved"]}
            mkdir -m 700 {_home["run/fireball"]}
            cp {hands} {_home["run/fireball/agent-" + first.Image.Hash]}
            chmod 700 {_home["run/fireball/agent-" + first.Image.Hash]}
            """);
        File.SetUnixFileMode(_home["bin/ls"], (UnixFileMode)0b111_000_000);
        var second = await RunAsync(
            shell, first.Agents, ("XDG_RUNTIME_DIR", _home["run"]), ("PATH", _home["bin"] + ":" + Environment.GetEnvironmentVariable("PATH")));

        Assert.Equal(["start", "ready"], second.Words);
        Assert.True(Directory.Exists(_home["run/moved"]));
        Assert.False(File.Exists(_home["was-run"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task The_agent_finds_the_environment_of_the_login(string shell)
    {
        var agents = ScriptedAgent.Changed($"import os; open('{_home["seen"]}', 'w').write(repr([os.environ.get('PWD'), os.environ.get('OLDPWD')]))\n");
        await RunAsync(shell, agents);
        Assert.Equal($"['{Environment.CurrentDirectory}', None]", await File.ReadAllTextAsync(_home["seen"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3", "root")]
    [MemberData(nameof(Shells))]
    public async Task A_directory_where_nothing_can_be_executed_is_found_by_trying(string shell)
    {
        await MountAsync("run", "noexec");
        var result = await RunAsync(shell, ("XDG_RUNTIME_DIR", _home["run"]));
        Assert.StartsWith($"no {_home["run/fireball"]}: ", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("ermission denied", result.Lines[0], StringComparison.Ordinal);
        Assert.Equal("start " + _home[".cache/fireball/agent-" + result.Image.Hash], result.Lines[3]);
        Assert.Empty(Directory.GetFileSystemEntries(_home["run/fireball"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3", "root")]
    [MemberData(nameof(Shells))]
    public async Task A_full_disk_is_named_at_each_step_and_the_next_directory_taken(string shell)
    {
        // 64 KiB of pages: first none is free, then enough for the trial file but not for the agent.
        await MountAsync("run", "size=64k");
        await MountAsync(".cache", "size=64k");
        Directory.CreateDirectory(_home["run/fireball"], (UnixFileMode)0b111_000_000);
        await File.WriteAllBytesAsync(_home["run/ballast"], new byte[64 << 10]);
        var agents = ScriptedAgent.Changed("# " + new string('x', 100_000) + Guid.NewGuid().ToString("N") + "\n");
        var result = await RunAsync(shell, agents, ("XDG_RUNTIME_DIR", _home["run"]), ("TMPDIR", _home.Path));
        Assert.Equal(["no", "need", "no", "need", "installed", "start", "ready"], result.Words);
        Assert.StartsWith($"no {_home["run/fireball"]}: ", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("No space left on device", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"no {_home[".cache/fireball"]}: ", result.Lines[2], StringComparison.Ordinal);
        Assert.Contains("No space left on device", result.Lines[2], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_home["run/fireball"]));
        Assert.Empty(Directory.GetFileSystemEntries(_home[".cache/fireball"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "python3")]
    [MemberData(nameof(Shells))]
    public async Task An_agent_that_does_not_run_there_is_not_installed(string shell)
    {
        var agents = ScriptedAgent.Changed("import sys; sys.exit('Illegal instruction')\n");
        var result = await RunAsync(shell, agents);
        Assert.Equal("none", result.Words[^1]);
        Assert.Contains(
            $"no {_home[".cache/fireball"]}: the agent cannot be executed: Illegal instruction", result.Lines);
        Assert.Empty(Directory.GetFileSystemEntries(_home[".cache/fireball"]));
    }

    [RequiresTheory("bash", "dash", "busybox", "root")]
    [MemberData(nameof(Shells))]
    public async Task Coming_back_runs_nothing_in_a_directory_that_is_not_this_users_alone_any_more(string shell)
    {
        // As where /tmp was cleaned, and another user made the directory again.
        Directory.CreateDirectory(_home["cache"], (UnixFileMode)0b111_000_000);
        _home.Write("cache/agent-ff", "#!/bin/sh\necho agent $0 $1\n");
        File.SetUnixFileMode(_home["cache/agent-ff"], (UnixFileMode)0b111_101_101);
        string command = new AgentBootstrap(new DeployOptions { Agents = ScriptedAgent.Images })
            .AttachCommand(new AgentLaunch("1", 1, "", false, _home["cache/agent-ff"]) { SocketPath = "/a" });
        string[] words = [.. shell.Split(' '), "-c", command["exec sh -c '".Length..^1]];
        Assert.Equal(["start", "./agent-ff --attach"], await LinesAsync());

        File.SetUnixFileMode(_home["cache"], (UnixFileMode)0b111_101_101);
        Assert.Equal(["failed its executable is gone"], await LinesAsync());
        File.SetUnixFileMode(_home["cache"], (UnixFileMode)0b111_000_000);
        await Command.CheckAsync("chown", "65534", _home["cache"]);
        Assert.Equal(["failed its executable is gone"], await LinesAsync());

        // Without the marker before each.
        async Task<string[]> LinesAsync() =>
            [.. (await Command.RunAsync(Requirements.Find(words[0])!, words[1..])).Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)[1])];
    }

    private async Task MountAsync(string name, string options)
    {
        Directory.CreateDirectory(_home[name]);
        await Command.CheckAsync("mount", "-t", "tmpfs", "-o", options + ",mode=0700", "fbtest", _home[name]);
        _mounts.Add(_home[name]);
    }

    private Task<Result> RunAsync(string shell, params (string Name, string Value)[] environment) =>
        RunAsync(shell, ScriptedAgent.Fresh(), environment);

    /// <summary>Runs the script as the login shell's child, with HOME the test's directory, and plays our side.</summary>
    private async Task<Result> RunAsync(string shell, AgentImages agents, params (string Name, string Value)[] environment)
    {
        AgentImage image = agents.Here();
        using var limit = new CancellationTokenSource(Connect.Limit);
        byte[] request = TestRequest.Create(_home["socket"]);
        string command = BootstrapScript.Create(TestRequest.Marker, agents, request.Length);
        string[] words = shell.Split(' ');
        var start = new ProcessStartInfo(Requirements.Find(words[0])!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string word in (string[])[.. words[1..], "-c", command["exec sh -c '".Length..^1]])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment.Remove("TMPDIR");
        start.Environment.Remove("XDG_RUNTIME_DIR");
        start.Environment["HOME"] = _home.Path;
        start.Environment["LOGNAME"] = "fbt" + Guid.NewGuid().ToString("N");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var input = process.StandardInput.BaseStream;
        await input.WriteAsync(request, limit.Token);
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            Assert.StartsWith(TestRequest.Marker + " ", line, StringComparison.Ordinal);
            line = line[(TestRequest.Marker.Length + 1)..];
            lines.Add(line);
            switch (line.Split(' ')[0])
            {
                case "need":
                    Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"need {image.Compressed.Length} {image.Hash}"), line);
                    await input.WriteAsync(image.Compressed, limit.Token);
                    break;
                case "installed":
                    await input.WriteAsync(request, limit.Token);
                    break;
                case "ready":
                    input.Close();
                    break;
            }
        }

        await process.WaitForExitAsync(limit.Token);
        foreach (string directory in (string[])["/tmp/fireball-", "/dev/shm/fireball-"])
        {
            if (Directory.Exists(directory + start.Environment["LOGNAME"]))
            {
                Directory.Delete(directory + start.Environment["LOGNAME"], recursive: true);
            }
        }

        return new Result(agents, lines);
    }

    private sealed record Result(AgentImages Agents, List<string> Lines)
    {
        public AgentImage Image => Agents.Here();

        public List<string> Words => [.. Lines.Select(line => line.Split(' ')[0])];
    }
}
