using Fireball.Deploy;
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
        var settings = await ResolveNamedAsync("a 'strange' \"name\" *?[x] %h ${HOME} #", "Host t\n  Port 2233\n", "");
        Assert.Equal("2233", settings["port"]);
    }

    [RequiresFact("ssh")]
    public async Task Ml_kem_comes_first_where_the_local_ssh_knows_it_and_nothing_changes_where_it_does_not()
    {
        // The script mentions the name, so that ssh is asked.
        const string Script = "# mlkem768x25519-sha256\n[ \"$1\" = -Q ] && exec ssh \"$@\"\n";
        string known = (await Command.CheckAsync("ssh", "-Q", "kex")).Contains("mlkem768x25519-sha256", StringComparison.Ordinal)
            ? "mlkem768x25519-sha256,"
            : (await Command.CheckAsync("ssh", "-G", "-F", "none", "t")).Split("\nkexalgorithms ")[1].Split('\n')[0];
        Assert.StartsWith(known, (await ResolveNamedAsync("cfg", "", Script))["kexalgorithms"], StringComparison.Ordinal);
        Assert.Equal(
            "curve25519-sha256", (await ResolveNamedAsync("cfg", "KexAlgorithms curve25519-sha256\n", Script))["kexalgorithms"]);
    }

    [Fact]
    public async Task An_ssh_that_knows_ml_kem_is_asked_once_and_given_it_after_the_users_settings()
    {
        string file = _directory.Write("cfg", "KexAlgorithms curve25519-sha256\n");
        string ssh = _directory.Write(
            "ssh",
            $"#!/bin/sh\nif [ \"$1\" = -Q ]; then echo asked >>{_directory["asked"]}; echo mlkem768x25519-sha256; exit; fi\n"
            + $"cp \"$2\" {_directory["given"]}; exit 1\n",
            (UnixFileMode)0b111_101_101);
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<TunnelException>(() => new OpenSshConnector().ConnectAsync(
                SshTarget.Parse("t", ["-F", file]), new SshConnectOptions { Agents = ScriptedAgent.Images, SshProgram = ssh }));
        }

        string[] given = await File.ReadAllLinesAsync(_directory["given"]);
        Assert.StartsWith("Include ", given[0], StringComparison.Ordinal);
        Assert.Equal("KexAlgorithms ^mlkem768x25519-sha256", given[^1]);
        Assert.Equal("asked\n", await File.ReadAllTextAsync(_directory["asked"]));
    }

    /// <summary>ssh's resolved settings: a script in the place of ssh adds -G to what the connector gave it.</summary>
    private Task<Dictionary<string, string>> ResolveAsync(string configuration, params string[] arguments) =>
        ResolveNamedAsync("cfg", configuration, "", arguments);

    private async Task<Dictionary<string, string>> ResolveNamedAsync(
        string name, string configuration, string script, params string[] arguments)
    {
        string file = _directory.Write(name, configuration);
        string output = _directory["settings"];
        string ssh = _directory.Write("ssh", $"#!/bin/sh\n{script}exec ssh -G \"$@\" >{output}\n", (UnixFileMode)0b111_101_101);
        await Assert.ThrowsAsync<TunnelException>(() => new OpenSshConnector().ConnectAsync(
            SshTarget.Parse("t", ["-F", file, .. arguments]),
            new SshConnectOptions { Agents = ScriptedAgent.Images, SshProgram = ssh }));
        return (await File.ReadAllLinesAsync(output))
            .Select(line => line.Split(' ', 2))
            .Where(words => words.Length == 2)
            .GroupBy(words => words[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First()[1], StringComparer.Ordinal);
    }
}
