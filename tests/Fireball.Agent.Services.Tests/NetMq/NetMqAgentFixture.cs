using Fireball.Controller;

namespace Fireball.Agent.Services.Tests;

public sealed class NetMqAgentFixture() : AgentFixture(AgentTransport.NetMQ);
