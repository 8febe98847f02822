using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>known_hosts as ssh-keygen writes it.</summary>
public sealed class KnownHostsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("ssh-keygen")]
    [InlineData("web1", "web1", 22, "Known")]
    [InlineData("web1", "WEB1", 22, "Known")]
    [InlineData("web1,10.0.0.1", "10.0.0.1", 22, "Known")]
    [InlineData("web*,!web2", "web1", 22, "Known")]
    [InlineData("web*,!web2", "web2", 22, "Unknown")]
    [InlineData("[web1]:2222", "web1", 2222, "Known")]
    [InlineData("[web1]:2222", "web1", 22, "Unknown")]
    [InlineData("web1", "web1", 2222, "Known")]
    public async Task A_host_is_found_by_its_patterns_and_port(string patterns, string host, int port, string status)
    {
        byte[] key = await KeyAsync("k");
        Write($"# comment\n\nnonsense\n{patterns} {await TextAsync("k")}\n");
        Assert.Equal(status, Read(host, port).Judge(key).Status.ToString());
    }

    [RequiresTheory("ssh-keygen")]
    [InlineData("web1", "web1", 22)]
    [InlineData("[web1]:2222", "web1", 2222)]
    public async Task A_hashed_name_is_found_too(string name, string host, int port)
    {
        byte[] key = await KeyAsync("k");
        Write($"other {await TextAsync("k")}\n{name} {await TextAsync("k")}\n");
        await Command.CheckAsync("ssh-keygen", "-H", "-f", _directory["known"]);
        Assert.DoesNotContain("web1", await File.ReadAllTextAsync(_directory["known"]), StringComparison.Ordinal);
        Assert.Equal(HostKeyStatus.Known, Read(host, port).Judge(key).Status);
        Assert.Equal(HostKeyStatus.Unknown, Read("web3", port).Judge(key).Status);
    }

    [RequiresFact("ssh-keygen")]
    public async Task Another_key_of_the_same_type_has_changed_and_one_of_another_type_is_unknown()
    {
        await KeyAsync("k");
        Write($"web1 {await TextAsync("k")}\n");
        var changed = Read("web1", 22).Judge(await KeyAsync("other"));
        Assert.Equal(HostKeyStatus.Changed, changed.Status);
        Assert.Equal($"ED25519 key in {_directory["known"]}:1", changed.Entry!.ToString());
        Assert.Equal(HostKeyStatus.Unknown, Read("web1", 22).Judge(await KeyAsync("rsa", "-t", "rsa")).Status);
    }

    [RequiresFact("ssh-keygen")]
    public async Task One_of_several_keys_is_enough_and_a_revoked_one_never_is()
    {
        byte[] one = await KeyAsync("one"), two = await KeyAsync("two");
        Write($"web1 {await TextAsync("one")}\nweb1 {await TextAsync("two")}\n@revoked * {await TextAsync("one")}\n");
        Assert.Equal(HostKeyStatus.Revoked, Read("web1", 22).Judge(one).Status);
        Assert.Equal(HostKeyStatus.Known, Read("web1", 22).Judge(two).Status);
    }

    [RequiresTheory("ssh-keygen")]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "web2 not ended")]
    public async Task What_is_added_ssh_keygen_finds(bool hashed, string before)
    {
        byte[] key = await KeyAsync("k");
        Write(before);
        Read("web1", 2222).Add(_directory["known"], "ssh-ed25519", key, hashed);
        string found = await Command.CheckAsync("ssh-keygen", "-F", "[web1]:2222", "-f", _directory["known"]);
        Assert.Contains((await TextAsync("k")).Split(' ')[1], found, StringComparison.Ordinal);
        Assert.Equal(hashed, !(await File.ReadAllTextAsync(_directory["known"])).Contains("web1", StringComparison.Ordinal));
        Assert.StartsWith(before, await File.ReadAllTextAsync(_directory["known"]), StringComparison.Ordinal);
        Assert.Equal(HostKeyStatus.Known, Read("web1", 2222).Judge(key).Status);
    }

    [Theory]
    [InlineData("web1 ssh-ed25519")]
    [InlineData("web1 ssh-ed25519 ***")]
    [InlineData("web1 ssh-ed25519 AAAA")]
    [InlineData("web1 ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==")]
    [InlineData("@strange web1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==")]
    public void A_line_that_is_none_is_passed_over(string line) => Assert.Null(KnownHostsEntry.Parse(line, "f", 1));

    private KnownHosts Read(string host, int port) => KnownHosts.Read(ResolvedHost.Of(SshTarget.Parse(host, [
        "-F", "none", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "-o", "UserKnownHostsFile=" + _directory["known"], "-o", "GlobalKnownHostsFile=none"])));

    private void Write(string text) => _directory.Write("known", text);

    private async Task<byte[]> KeyAsync(string name, params string[] kind)
    {
        await Command.CheckAsync("ssh-keygen", ["-q", "-N", "", "-f", _directory[name], .. kind.Length > 0 ? kind : ["-t", "ed25519"]]);
        return Convert.FromBase64String((await TextAsync(name)).Split(' ')[1]);
    }

    private async Task<string> TextAsync(string name)
    {
        string[] words = (await File.ReadAllTextAsync(_directory[name] + ".pub")).Split(' ');
        return words[0] + " " + words[1];
    }
}
