using Fireball.Controller;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>A build with -p:UseSshNet=true.</summary>
public sealed class PresentTests
{
    [Fact]
    public void It_is_offered_beside_the_default()
    {
        Assert.True(SshNetConnector.IsBuilt);
        Assert.Equal(["openssh", "sshnet"], SshConnectors.Names);
        Assert.IsType<SshNetConnector>(SshConnectors.Parse("sshnet"));
        Assert.IsType<OpenSshConnector>(SshConnectors.Parse(""));
    }
}
