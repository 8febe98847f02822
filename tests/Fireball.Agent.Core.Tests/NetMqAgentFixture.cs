namespace Fireball.Agent.Core.Tests;

public sealed class NetMqAgentFixture() : AgentFixture(NetMqTransport.Instance);
