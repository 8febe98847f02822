using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>How a person proves who he is: questions at a terminal, and ssh agents that come and go.</summary>
public sealed class LoginTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    private const string Passphrase = "correct horse";

    [EndToEndFact("/usr/bin/python3")]
    public async Task An_unknown_host_key_is_asked_about_at_the_terminal()
    {
        await using Bed bed = Bed.On(fixture);
        string known = Path.Combine(bed.Files, "known hosts");
        string[] options = ["-o", $"UserKnownHostsFile=\"{known}\"", "-o", "StrictHostKeyChecking=ask"];
        string screen = await AtTerminalAsync(bed, "continue connecting", "yes", [.. options, "t", "--", "echo", "done"]);

        Assert.Contains("authenticity of host", screen, StringComparison.Ordinal);
        Assert.Contains("done", screen, StringComparison.Ordinal);
        Assert.Contains("status 0", screen, StringComparison.Ordinal);
        Assert.NotEqual(0, new FileInfo(known).Length);
    }

    [EndToEndFact("/usr/bin/python3")]
    public async Task A_passphrase_is_asked_for_at_the_terminal_and_not_shown()
    {
        await using Bed bed = Bed.On(fixture);
        string key = await LockedKeyAsync(bed);
        UseKey(bed, key);
        string screen = await AtTerminalAsync(bed, "passphrase", Passphrase, ["t", "--", "echo", "done"]);

        Assert.Contains("done", screen, StringComparison.Ordinal);
        Assert.Contains("status 0", screen, StringComparison.Ordinal);
        Assert.DoesNotContain(Passphrase, screen, StringComparison.Ordinal);
    }

    [EndToEndFact("/usr/bin/python3")]
    public Task Ctrl_C_at_a_question_ends_it_by_way_of_the_background_process() => EndedAsync([], "\u0003", status: 130);

    [EndToEndFact("/usr/bin/python3")]
    public Task Ctrl_C_at_a_question_ends_it_with_an_ssh_of_its_own() => EndedAsync(["--persist", "0"], "\u0003", status: 130);

    [EndToEndFact("/usr/bin/python3")]
    public Task SIGTERM_at_a_question_ends_it_by_way_of_the_background_process() => EndedAsync([], "SIGTERM", status: 143);

    [EndToEndFact("/usr/bin/python3")]
    public Task SIGTERM_at_a_question_ends_it_with_an_ssh_of_its_own() => EndedAsync(["--persist", "0"], "SIGTERM", status: 143);

    [EndToEndFact]
    public async Task Without_a_terminal_a_passphrase_fails_at_once_and_says_why()
    {
        await using Bed bed = Bed.On(fixture);
        string key = await LockedKeyAsync(bed);
        UseKey(bed, key);
        Run run = (await bed.ExecAsync("t", "--", "true")).Exits(255);

        Assert.StartsWith("fireball: t: authenticate: ", run.Error, StringComparison.Ordinal);
    }

    [EndToEndFact("ssh-agent", "ssh-add")]
    public async Task The_ssh_agent_of_the_later_login_session_is_the_one_that_is_asked()
    {
        await using Bed bed = Bed.On(fixture);
        await using SshAgent agent = await SshAgent.StartAsync();
        await agent.AddAsync(bed.Server.KeyPath);

        UseKey(bed, "none");
        bed.Environment["SSH_AUTH_SOCK"] = Path.Combine(bed.Files, "ended session");
        (await bed.ExecAsync("t", "--", "true")).Exits(255);
        int background = bed.BackgroundPid()!.Value;
        bed.Environment["SSH_AUTH_SOCK"] = agent.Socket;
        (await bed.ExecAsync("t", "--", "true")).Exits(0);

        Assert.Equal(background, bed.BackgroundPid());
    }

    private async Task EndedAsync(string[] options, string answer, int status)
    {
        await using Bed bed = Bed.On(fixture);
        UseKey(bed, await LockedKeyAsync(bed));
        string screen = await AtTerminalAsync(bed, "passphrase", answer, [.. options, "t", "--", "echo", "done"]);

        Assert.DoesNotContain("done", screen, StringComparison.Ordinal);
        Assert.Contains($"status {status}", screen, StringComparison.Ordinal);
    }

    /// <summary>From now on only this key file and what an ssh agent has.</summary>
    private static void UseKey(Bed bed, string key)
    {
        IEnumerable<string> others = File.ReadLines(bed.Server.ConfigPath)
            .Where(line => !line.StartsWith("Identit", StringComparison.Ordinal));
        bed.Config = Path.Combine(bed.Files, "config");
        File.WriteAllLines(bed.Config, [.. others, $"IdentityFile {key}"]);
    }

    private static async Task<string> LockedKeyAsync(Bed bed)
    {
        string key = Path.Combine(bed.Files, "locked");
        File.Copy(bed.Server.KeyPath, key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Command.CheckAsync("ssh-keygen", "-q", "-p", "-P", "", "-N", Passphrase, "-f", key);
        return key;
    }

    /// <summary>
    /// Runs "fireball exec" on a terminal of its own, types the answer when the question is there, and returns everything
    /// that was to be seen, with "status N" at the end.
    /// </summary>
    private static async Task<string> AtTerminalAsync(Bed bed, string question, string answer, string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peers", "at_terminal.py");
        var start = new ProcessStartInfo(
            "/usr/bin/python3", [script, question, answer, Artifacts.Program, "exec", "-F", bed.Config, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = bed.Files,
        };
        start.Environment["XDG_RUNTIME_DIR"] = bed.Runtime;
        start.Environment.Remove("SSH_AUTH_SOCK");
        using Process process = Process.Start(start)!;
        Task<byte[]> screen = Bed.ReadAsync(process.StandardOutput.BaseStream);
        await Bed.WaitAsync(process);
        return System.Text.Encoding.UTF8.GetString(await screen.WaitAsync(Until.Limit));
    }
}
