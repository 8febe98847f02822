using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Fault catalogue, row 15: any login shell, with rc files that print on both streams.</summary>
public sealed class LoginShellTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string> Shells => Connectors.With("/bin/bash", "/bin/dash", "/usr/bin/fish", "/usr/bin/tcsh", "ash");

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("sshd", "ssh", "root", "python3", "bash", "dash", "busybox", "fish", "tcsh")]
    [MemberData(nameof(Shells))]
    public async Task A_noisy_login_shell_starts_the_agent(string connector, string shell)
    {
        string rcFile = Path.GetFileName(shell) switch
        {
            "bash" => ".bashrc",
            "fish" => ".config/fish/config.fish",
            "tcsh" => ".tcshrc",
            _ => ".profile",
        };
        var user = await LoginUsers.GetAsync(shell == "ash" ? Ash() : shell, "noisy");
        string rc = Path.Combine(user.Home, rcFile);
        Directory.CreateDirectory(Path.GetDirectoryName(rc)!);

        // Words that are right in each of the shells; the last line is not ended, so that it runs into ours.
        await File.WriteAllTextAsync(
            rc, "echo Welcome 'fireball-0123456789abcdef ready AAAA'\necho noise >/dev/fd/2\nprintf 'no end of line'\n");
        await Command.CheckAsync("chown", "-R", user.Name, user.Home);
        await using var server = await SshServer.StartAsync(new SshServerOptions { User = user });
        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Fresh() });
        Assert.True(session.Agent.Uploaded);
        await Connect.EchoAsync(session);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_login_that_runs_no_command_is_named_with_its_words(string connector)
    {
        await using var server = await SshServer.StartAsync(
            new SshServerOptions { Configuration = ["ForceCommand echo only backups here >&2; exit 3"] });
        var e = await Connect.FailsByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        Assert.Equal(ConnectPhase.Probe, e.Phase);
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
