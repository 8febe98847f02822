using System.Diagnostics;

namespace Fireball.TestSupport;

/// <summary>A private ssh-agent without keys; it listens once it has been started.</summary>
public sealed class SshAgent : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new("fbagent");
    private readonly Process _process;

    private SshAgent() => _process = Process.Start(new ProcessStartInfo(Requirements.Find("ssh-agent")!)
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        ArgumentList = { "-D", "-a", _directory["s"] },
    })!;

    /// <summary>Where it listens: SSH_AUTH_SOCK.</summary>
    public string Socket => _directory["s"];

    public static async Task<SshAgent> StartAsync()
    {
        var agent = new SshAgent();

        // It prints its variables once it listens.
        await agent._process.StandardOutput.ReadLineAsync();
        return agent;
    }

    /// <summary>Gives it a key without a passphrase.</summary>
    public Task AddAsync(string key) => Command.CheckAsync("env", "SSH_AUTH_SOCK=" + Socket, "ssh-add", "-q", key);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }
}
