using Fireball.Controller;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>A build without -p:UseSshNet=true.</summary>
public sealed class AbsentTests
{
    [Fact]
    public void It_is_not_offered_and_its_name_is_explained()
    {
        Assert.False(SshNetConnector.IsBuilt);
        Assert.Equal(["openssh"], SshConnectors.Names);
        var e = Assert.Throws<ArgumentException>(() => SshConnectors.Parse("sshnet"));
        Assert.StartsWith("sshnet: this build is without SSH.NET; build it with -p:UseSshNet=true", e.Message, StringComparison.Ordinal);
    }
}
