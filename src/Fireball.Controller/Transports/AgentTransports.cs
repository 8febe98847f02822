using Fireball.V1;

namespace Fireball.Controller;

/// <summary>What calls to an agent can travel in.</summary>
// Not a part of AgentTransport: a program that chooses none by name is linked without gRPC's client.
public static class AgentTransports
{
    /// <summary>By name; ZeroMQ's protocol is the default.</summary>
    public static NamedChoices<AgentTransport> All { get; } = new(
        "transport",
        KeyValuePair.Create(ConnectionNames.Zmq, AgentTransport.Zmq),
        KeyValuePair.Create(ConnectionNames.Grpc, AgentTransport.Grpc));
}
