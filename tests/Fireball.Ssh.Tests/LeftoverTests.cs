using System.Diagnostics;
using System.Globalization;
using Fireball.Linux;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>
/// What killed processes left in a directory that others may write to is removed, and nothing that another user plants there
/// to have it removed.
/// </summary>
public sealed class LeftoverTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>, IAsyncLifetime
{
    private const UnixFileMode OwnOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryDirectory _victim = new();
    private string _left = "";

    public async Task InitializeAsync()
    {
        _victim.Write("config", "kept");
        File.SetUnixFileMode(_victim.Path, OwnOnly);

        // Beside the directories of connections.
        string parent = Path.GetDirectoryName(await ConnectAsync())!;
        _left = string.Create(CultureInfo.InvariantCulture, $"{parent}/fireball-ssh-{DeadPid()}-{KernelRandom.GetHex(16)}");
        Directory.CreateDirectory(_left, OwnOnly);
    }

    public async Task DisposeAsync()
    {
        await Command.CheckAsync("rm", "-rf", "--", _left);
        _victim.Dispose();
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task What_a_killed_process_left_is_removed()
    {
        foreach (string name in new[] { "a", "q", "config" })
        {
            await File.WriteAllTextAsync($"{_left}/{name}", "left");
        }

        File.CreateSymbolicLink($"{_left}/user", _victim["config"]);
        await ConnectAsync();
        Assert.False(Directory.Exists(_left));
        Assert.True(File.Exists(_victim["config"]));
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task Nothing_is_removed_below_it()
    {
        Directory.CreateDirectory($"{_left}/config");
        await File.WriteAllTextAsync($"{_left}/config/file", "kept");
        await ConnectAsync();
        Assert.True(File.Exists($"{_left}/config/file"));
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task A_link_in_its_place_is_not_followed()
    {
        Directory.Delete(_left);
        File.CreateSymbolicLink(_left, _victim.Path);
        await ConnectAsync();
        Assert.True(File.Exists(_victim["config"]));
    }

    [RequiresFact("root", "chown", "sshd", "ssh", "python3")]
    public async Task Another_users_is_left_alone()
    {
        await File.WriteAllTextAsync($"{_left}/config", "theirs");
        await Command.CheckAsync("chown", "-R", "65534", _left);
        await ConnectAsync();
        Assert.True(File.Exists($"{_left}/config"));
    }

    private static int DeadPid()
    {
        using Process ended = Process.Start("true");
        ended.WaitForExit();
        return ended.Id;
    }

    private async Task<string> ConnectAsync()
    {
        await using var session = await Connect.ToAsync(fixture.Server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        return ((OpenSshTunnel)session).LocalPath;
    }
}
