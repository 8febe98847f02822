using System.Net;
using Fireball.Controller;

namespace Fireball.Zmtp.NetMQ.Tests;

public sealed class ShellTests
{
    [Fact]
    public void A_build_without_the_switch_says_so()
    {
        Assert.False(NetMqEngine.IsBuilt);
        Assert.DoesNotContain(AgentTransport.NetMQName, AgentTransport.Names);
    }

    [Fact]
    public void Asking_for_the_transport_tells_how_to_build_it()
    {
        var failure = Assert.Throws<ArgumentException>(() => AgentTransport.Parse("netmq"));
        Assert.Contains("-p:UseNetMQ=true", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ROUTER_host_is_not_started() =>
        await Assert.ThrowsAsync<NotSupportedException>(
            () => NetMqRouterHost.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ZmtpOptions()));
}
