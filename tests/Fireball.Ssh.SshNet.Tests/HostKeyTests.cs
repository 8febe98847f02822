using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>Host keys against real servers; the plain cases are in Fireball.Ssh.Tests, with each connector.</summary>
public sealed class HostKeyTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SshServer? _server;

    private SshServer Server => _server!;

    public async Task InitializeAsync()
    {
        if (Requirements.Missing(["sshd", "ssh"]) is not null)
        {
            return;
        }

        string rsa = _directory["rsa"], ecdsa = _directory["ecdsa"];
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", rsa);
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", ecdsa);
        _server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["HostKey " + rsa, "HostKey " + ecdsa] });
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    [InlineData("hk")]
    public async Task Of_a_host_with_several_keys_the_known_one_is_asked_for(string name)
    {
        await using var session = await ToAsync(await KnownAsync("", name), "yes");
        Assert.NotEmpty(session.Agent.Version);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [InlineData("accept-new", "no")]
    [InlineData("no", "yes")]
    public async Task A_new_key_is_accepted_and_kept_where_that_is_set(string checking, string hashed)
    {
        string known = _directory["new/known"];
        await using (await ToAsync(known, checking, "-o", "HashKnownHosts=" + hashed))
        {
            string found = await Command.CheckAsync("ssh-keygen", "-F", $"[127.0.0.1]:{Server.Port}", "-f", known);
            Assert.Contains(" ssh-ed25519 ", found, StringComparison.Ordinal);
        }

        await using var again = await ToAsync(known, "yes");
    }

    [RequiresFact("sshd", "ssh")]
    public async Task A_changed_key_is_refused_however_much_is_accepted()
    {
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _directory["hk"]);
        string known = await KnownAsync("", Path.Combine(_directory.Path, "hk"));
        string before = await File.ReadAllTextAsync(known);
        var e = await Assert.ThrowsAsync<TunnelException>(() => ToAsync(known, "no"));
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.Contains($"HAS CHANGED (Offending ED25519 key in {known}:1)", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(known));
    }

    [RequiresFact("sshd", "ssh")]
    public async Task A_revoked_key_is_refused()
    {
        string known = await KnownAsync("@revoked ", "hk");
        var e = await Assert.ThrowsAsync<TunnelException>(() => ToAsync(known, "no"));
        Assert.Equal(
            $"host key verification failed: the ED25519 host key of [127.0.0.1]:{Server.Port} is revoked (ED25519 key in {known}:1)", e.Message);
    }

    [RequiresFact("sshd", "ssh")]
    public async Task A_host_that_only_a_certificate_authority_vouches_for_is_refused_with_the_reason()
    {
        string known = await KnownAsync("@cert-authority ", "rsa");
        var e = await Assert.ThrowsAsync<TunnelException>(() => ToAsync(known, "accept-new"));
        Assert.StartsWith($"{known} line 1: a @cert-authority", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("is not supported by SSH.NET; use --ssh openssh", e.Message, StringComparison.Ordinal);
    }

    [RequiresFact("sshd", "ssh", "python3")]
    public async Task A_fingerprint_is_as_good_as_yes()
    {
        string known = _directory["known"];
        string fingerprint = (await Command.CheckAsync("ssh-keygen", "-l", "-f", Path.Combine(Server.DirectoryPath, "hk.pub"))).Split(' ')[1];
        await using var session = await new SshNetConnector().ConnectAsync(
            Target(known, "ask"), Connect.Options with { Prompter = new Person(fingerprint) });
        Assert.Contains("ssh-ed25519", await File.ReadAllTextAsync(known), StringComparison.Ordinal);
    }

    private static async Task<string> PublicAsync(string path) =>
        string.Join(' ', (await File.ReadAllTextAsync(path + ".pub")).Split(' ')[..2]);

    /// <summary>A known_hosts with this key for the server: a file's full path, a name here or of the server.</summary>
    private async Task<string> KnownAsync(string marker, string key)
    {
        string path = File.Exists(key) ? key
            : File.Exists(_directory[key]) ? _directory[key] : Path.Combine(Server.DirectoryPath, key);
        return _directory.Write("known-" + Guid.NewGuid().ToString("N"), $"{marker}[127.0.0.1]:{Server.Port} {await PublicAsync(path)}\n");
    }

    private SshTarget Target(string known, string checking, params string[] arguments) => SshTarget.Parse("t", [
        "-F", Server.ConfigPath, "-o", "UserKnownHostsFile=" + known, "-o", "StrictHostKeyChecking=" + checking, .. arguments]);

    private Task<ITunnel> ToAsync(string known, string checking, params string[] arguments) =>
        new SshNetConnector().ConnectAsync(Target(known, checking, arguments), Connect.Options);
}
