using Fireball.TestSupport;
using Renci.SshNet;

namespace Fireball.Ssh.SshNet.Tests;

public sealed class AlgorithmsTests
{
    [Theory]
    [InlineData(null, "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com", "curve25519-sha256")]
    [InlineData("-mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com", "curve25519-sha256")]
    [InlineData("^curve25519-sha256", "curve25519-sha256", "mlkem768x25519-sha256", "sntrup761x25519-sha512")]
    [InlineData("curve25519-sha256,mlkem768x25519-sha256", "curve25519-sha256", "mlkem768x25519-sha256")]
    public void Post_quantum_key_exchanges_come_first_the_cheapest_before_the_others_unless_the_user_says_otherwise(
        string? setting, params string[] first)
    {
        string[] arguments = setting is null ? ["-F", "none"] : ["-F", "none", "-o", "KexAlgorithms=" + setting];
        using var method = new NoneAuthenticationMethod("user");
        var info = new ConnectionInfo("host.example", "user", method);
        Algorithms.Apply(info, ResolvedHost.Of(SshTarget.Parse("host.example", arguments)), [], _ => { });
        Assert.Equal(first, info.KeyExchangeAlgorithms.Keys.Take(first.Length));
    }

    [RequiresFact("sshd", "python3")]
    public async Task An_sshd_that_has_one_is_connected_by_a_post_quantum_key_exchange()
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["LogLevel DEBUG1"] });
        await using var session = await Connect.ToAsync(server.ConfigPath, Connect.Options);
        string known = await Command.CheckAsync("ssh", "-Q", "kex");
        string[] postQuantum = ["mlkem768x25519-sha256", "sntrup761x25519-sha512"];
        string expected = postQuantum.First(name => known.Contains(name, StringComparison.Ordinal));
        Assert.Contains("kex: algorithm: " + expected, server.Log, StringComparison.Ordinal);
    }
}
