using Fireball.Controller;
using Fireball.Ssh.SshNet;
using Fireball.V1;
using Fireball.Zmtp.NetMQ;

namespace Fireball.Serve;

/// <summary>The implementations that this program has besides the library's own.</summary>
internal static class Adapters
{
    /// <summary>Lets hosts be connected with them. May be called again.</summary>
    public static void Register()
    {
        AgentTransports.All.Register(
            ConnectionNames.NetMq, AgentTransport.OverZmtp(ConnectionNames.NetMq, NetMqEngine.ConnectAsync));
        SshConnectors.All.Register(ConnectionNames.SshNet, new SshNetConnector());
    }
}
