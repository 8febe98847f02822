using Fireball.Controller;
using Fireball.V1;
using Fireball.Zmtp.NetMQ;

namespace Fireball.Agent.Core.Tests;

/// <summary>NetMQ's sockets at the owner's end.</summary>
internal static class NetMqTransport
{
    public static AgentTransport Instance { get; } =
        AgentTransport.OverZmtp(ConnectionNames.NetMq, NetMqEngine.ConnectAsync);
}
