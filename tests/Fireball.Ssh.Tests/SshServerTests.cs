using System.Globalization;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

public sealed class SshServerTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [RequiresFact("sshd", "ssh")]
    public async Task The_private_sshd_lets_its_user_in_and_no_other_key()
    {
        var outcome = await Command.RunAsync("ssh", ["-F", fixture.Server.ConfigPath, "t7", "id -un; exit 3"]);
        Assert.Equal((3, fixture.Server.User.Name + "\n"), (outcome.ExitCode, outcome.Output));

        await using var other = await SshServer.StartAsync();
        outcome = await Command.RunAsync("ssh", [
            "-F", other.ConfigPath, "-p", fixture.Server.Port.ToString(CultureInfo.InvariantCulture),
            "-o", "UserKnownHostsFile=" + fixture.Server.KnownHostsPath, "t", "true"]);
        Assert.Equal(255, outcome.ExitCode);
        Assert.Contains("Permission denied", outcome.Error, StringComparison.Ordinal);
    }
}
