using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>A private ssh-agent.</summary>
internal sealed class SshAgent : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new("fbagent");
    private readonly Process _process;

    private SshAgent() => _process = Process.Start(new ProcessStartInfo(Requirements.Find("ssh-agent")!)
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        ArgumentList = { "-D", "-a", _directory["s"] },
    })!;

    public string Socket => _directory["s"];

    public static async Task<SshAgent> StartAsync()
    {
        var agent = new SshAgent();

        // It prints its variables once it listens.
        await agent._process.StandardOutput.ReadLineAsync();
        return agent;
    }

    public Task AddAsync(string key) => Command.CheckAsync("env", "SSH_AUTH_SOCK=" + Socket, "ssh-add", "-q", key);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }
}
