using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Fault catalogue, row 15: any login shell, with rc files that print on both streams.</summary>
public sealed class LoginShellTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("sshd", "ssh", "root", "python3", "bash", "dash", "busybox", "fish", "tcsh")]
    [InlineData("/bin/bash", ".bashrc")]
    [InlineData("/bin/dash", ".profile")]
    [InlineData("/usr/bin/fish", ".config/fish/config.fish")]
    [InlineData("/usr/bin/tcsh", ".tcshrc")]
    [InlineData("ash", ".profile")]
    public async Task A_noisy_login_shell_starts_the_agent(string shell, string rcFile)
    {
        var user = await LoginUsers.GetAsync(shell == "ash" ? Ash() : shell, "noisy");
        string rc = Path.Combine(user.Home, rcFile);
        Directory.CreateDirectory(Path.GetDirectoryName(rc)!);

        // Words that are right in each of the shells; the last line is not ended, so that it runs into ours.
        await File.WriteAllTextAsync(
            rc, "echo Welcome 'fireball-0123456789abcdef ready AAAA'\necho noise >/dev/fd/2\nprintf 'no end of line'\n");
        await Command.CheckAsync("chown", "-R", user.Name, user.Home);
        await using var server = await SshServer.StartAsync(new SshServerOptions { User = user });
        await using var session = await Connect.ToAsync(server, new SshConnectOptions { Agent = Agents.Fresh() });
        Assert.True(session.Agent.Uploaded);
        await Connect.EchoAsync(session);
    }

    [RequiresFact("sshd", "ssh")]
    public async Task A_login_that_runs_no_command_is_named_with_its_words()
    {
        await using var server = await SshServer.StartAsync(
            new SshServerOptions { Configuration = ["ForceCommand echo only backups here >&2; exit 3"] });
        var e = await Connect.FailsAsync(server, new SshConnectOptions { Agent = Agents.StandIn });
        Assert.Equal(SshPhase.Probe, e.Phase);
        Assert.Contains("status 3: only backups here", e.Message, StringComparison.Ordinal);
    }

    // busybox is the shell that the name it is called by says.
    private string Ash()
    {
        string shell = _directory["ash"];
        File.CreateSymbolicLink(shell, Requirements.Find("busybox")!);
        return shell;
    }
}
