using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Whose settings win: what ssh itself makes of our command line, asked with its -G.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact("ssh")]
    public async Task Our_defaults_hold_where_the_user_has_set_nothing()
    {
        var settings = await ResolveAsync("Host t\n  HostName h.example\n");
        Assert.Equal("h.example", settings["hostname"]);
        Assert.Equal("5", settings["serveraliveinterval"]);
        Assert.Equal("2", settings["serveralivecountmax"]);
        Assert.Equal("15", settings["connecttimeout"]);
        Assert.Equal("yes", settings["batchmode"]);
        if (System.Runtime.Intrinsics.X86.Aes.IsSupported)
        {
            Assert.StartsWith("aes128-gcm@openssh.com,aes256-gcm@openssh.com,", settings["ciphers"], StringComparison.Ordinal);
        }
    }

    [RequiresFact("ssh")]
    public async Task The_users_own_settings_win_over_our_defaults()
    {
        var settings = await ResolveAsync(
            "Host t\n  ServerAliveInterval 77\n  ConnectTimeout 3\nHost *\n  ServerAliveCountMax 9\n  Ciphers aes256-ctr\n");
        Assert.Equal(("77", "9", "3", "aes256-ctr"), (
            settings["serveraliveinterval"], settings["serveralivecountmax"], settings["connecttimeout"], settings["ciphers"]));

        settings = await ResolveAsync("", "-o", "Ciphers=aes128-ctr", "-o", "ServerAliveInterval=8", "-p", "2222", "-l", "me");
        Assert.Equal(("aes128-ctr", "8", "2222", "me"), (
            settings["ciphers"], settings["serveraliveinterval"], settings["port"], settings["user"]));
    }

    [RequiresFact("ssh")]
    public async Task What_a_session_of_ours_cannot_have_is_switched_off_whatever_the_user_set()
    {
        var settings = await ResolveAsync(
            "Host *\n  RequestTTY force\n  RemoteCommand top\n  ControlMaster auto\n  ControlPath /tmp/%h\n  ExitOnForwardFailure yes\n"
            + "  PermitLocalCommand yes\n  LocalCommand touch /tmp/x\n  ForwardX11 yes\n",
            "-o", "ControlMaster=yes");
        Assert.Equal(("false", "no", "no", "no"), (
            settings["requesttty"], settings["exitonforwardfailure"], settings["permitlocalcommand"], settings["forwardx11"]));
        Assert.Equal("false", settings["controlmaster"]);
        Assert.False(settings.ContainsKey("controlpath"));
        Assert.False(settings.ContainsKey("remotecommand"));
    }

    [RequiresFact("ssh")]
    public async Task A_configuration_file_may_have_any_name()
    {
        var settings = await ResolveNamedAsync("a 'strange' \"name\" *?[x] %h ${HOME} #", "Host t\n  Port 2233\n");
        Assert.Equal("2233", settings["port"]);
    }

    /// <summary>ssh's resolved settings: a stand-in for ssh adds -G to what the connector gave it.</summary>
    private Task<Dictionary<string, string>> ResolveAsync(string configuration, params string[] arguments) =>
        ResolveNamedAsync("cfg", configuration, arguments);

    private async Task<Dictionary<string, string>> ResolveNamedAsync(string name, string configuration, params string[] arguments)
    {
        string file = _directory.Write(name, configuration);
        string output = _directory["settings"];
        string ssh = _directory.Write("ssh", $"#!/bin/sh\nexec ssh -G \"$@\" >{output}\n", (UnixFileMode)0b111_101_101);
        await Assert.ThrowsAsync<SshException>(() => new OpenSshConnector().ConnectAsync(
            SshTarget.Parse("t", ["-F", file, .. arguments]),
            new SshConnectOptions { Agent = Agents.StandIn, SshProgram = ssh }));
        return (await File.ReadAllLinesAsync(output))
            .Select(line => line.Split(' ', 2))
            .Where(words => words.Length == 2)
            .GroupBy(words => words[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First()[1], StringComparer.Ordinal);
    }
}
