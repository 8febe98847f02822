using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>Each kind of key, from files and from a real agent.</summary>
public sealed class KeyTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [RequiresTheory("sshd", "python3")]
    [InlineData("ed25519", "")]
    [InlineData("ecdsa", "")]
    [InlineData("rsa", "")]
    [InlineData("ed25519", "open sesame")]
    [InlineData("ecdsa", "open sesame")]
    [InlineData("rsa", "open sesame")]
    public async Task A_key_file_lets_in_and_a_locked_one_is_asked_for_until_it_opens(string type, string passphrase)
    {
        string name = $"{type}{passphrase.Length}";
        string key = await Connect.AddKeyAsync(fixture.Server, name, passphrase, "-t", type);
        var person = new Person("wrong", passphrase);
        await using var session = await Connect.ToAsync(
            Connect.Configuration(fixture.Server, name + ".cfg", "IdentityFile " + key), Connect.Options with { Prompter = person });
        await Connect.EchoAsync(session);
        Assert.Equal(passphrase.Length == 0 ? 0 : 2, person.Asked.Count);
    }

    [RequiresFact("sshd", "python3")]
    public async Task A_locked_key_that_the_host_does_not_want_is_not_asked_for()
    {
        string locked = Path.Combine(fixture.Server.DirectoryPath, "unwanted");
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked);
        var person = new Person();
        await using var session = await Connect.ToAsync(
            Connect.Configuration(fixture.Server, "unwanted.cfg", "IdentityFile " + locked, "IdentityFile " + fixture.Server.KeyPath),
            Connect.Options with { Prompter = person });
        Assert.Empty(person.Asked);
    }

    [RequiresFact("sshd")]
    public async Task A_key_that_others_can_read_is_not_used_and_the_reason_told()
    {
        string key = await Connect.AddKeyAsync(fixture.Server, "open", "", "-t", "ed25519");
        File.SetUnixFileMode(key, (UnixFileMode)0b110_100_100);
        var e = await Connect.FailsAsync(Connect.Configuration(fixture.Server, "open.cfg", "IdentityFile " + key), Connect.Options);
        Assert.Equal(ConnectPhase.Authenticate, e.Phase);
        Assert.EndsWith($"; {key} can be read by others and is not used; chmod go= it", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh-agent", "python3")]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task An_agent_signs_for_a_key_that_is_nowhere_else(string type)
    {
        await using var agent = await SshAgent.StartAsync();
        string key = await Connect.AddKeyAsync(fixture.Server, "held-" + type, "", "-t", type);
        await agent.AddAsync(key);
        File.Delete(key);
        string configuration = Connect.Configuration(fixture.Server, $"held-{type}.cfg", "IdentityFile /no/such/file");
        await using (var session = await Connect.ToAsync(configuration, Connect.Options with { AuthenticationSocket = agent.Socket }))
        {
            await Connect.EchoAsync(session);
        }

        // IdentityAgent comes before SSH_AUTH_SOCK; a public key's file names which of the agent's.
        string named = Connect.Configuration(
            fixture.Server, $"named-{type}.cfg", "IdentityAgent " + agent.Socket, "IdentitiesOnly yes", "IdentityFile " + key + ".pub");
        await using var again = await Connect.ToAsync(named, Connect.Options);
    }

    [RequiresFact("sshd", "ssh-agent")]
    public async Task With_IdentitiesOnly_the_agents_other_keys_are_not_offered()
    {
        await using var agent = await SshAgent.StartAsync();
        await agent.AddAsync(await Connect.AddKeyAsync(fixture.Server, "other", "", "-t", "ed25519"));
        var e = await Connect.FailsAsync(
            Connect.Configuration(fixture.Server, "only.cfg", "IdentitiesOnly yes", "IdentityFile /no/such/file"),
            Connect.Options with { AuthenticationSocket = agent.Socket });
        Assert.Equal(ConnectPhase.Authenticate, e.Phase);
    }

    [RequiresFact("sshd")]
    public async Task An_agent_that_never_answers_can_be_left()
    {
        using var directory = new TemporaryDirectory();
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(directory["s"]));
        agent.Listen();
        using var cancel = new CancellationTokenSource();
        var connecting = new SshNetConnector().ConnectAsync(
            SshTarget.Parse("t", ["-F", fixture.Server.ConfigPath]), Connect.Options with { AuthenticationSocket = directory["s"] }, cancel.Token);
        using var asked = await agent.AcceptAsync().WaitAsync(Connect.Limit);
        byte[] request = new byte[5];
        Assert.Equal(5, await asked.ReceiveAsync(request).WaitAsync(Connect.Limit));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Connect.Limit));

        // Its end of the connection is closed too: the wait there is over.
        Assert.Equal(0, await asked.ReceiveAsync(request).WaitAsync(Connect.Limit));
    }

    [RequiresFact("sshd", "ssh-agent", "python3")]
    public async Task A_certificate_in_an_agent_lets_in()
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions
        {
            Configuration = ["TrustedUserCAKeys /dev/null"],
        });
        string ca = Path.Combine(fixture.Server.DirectoryPath, "ca");
        string key = Path.Combine(fixture.Server.DirectoryPath, "certified");
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca);
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
        await Command.CheckAsync("ssh-keygen", "-q", "-s", ca, "-I", "test", "-n", server.User.Name, key + ".pub");
        await File.AppendAllTextAsync(
            Path.Combine(server.DirectoryPath, "ak"), "cert-authority " + await File.ReadAllTextAsync(ca + ".pub"));
        await using var agent = await SshAgent.StartAsync();
        await agent.AddAsync(key);
        await using var session = await Connect.ToAsync(
            Connect.Configuration(server, "certified.cfg", "IdentityFile /no/such/file"),
            Connect.Options with { AuthenticationSocket = agent.Socket });
        await Connect.EchoAsync(session);
    }

    [RequiresFact("sshd")]
    public async Task Without_a_key_and_without_a_person_the_login_is_denied()
    {
        var e = await Connect.FailsAsync(
            Connect.Configuration(fixture.Server, "none.cfg", "IdentityFile /no/such/file"), Connect.Options);
        Assert.Equal(ConnectPhase.Authenticate, e.Phase);
        Assert.Contains("(publickey)", e.Message, StringComparison.Ordinal);
    }
}
