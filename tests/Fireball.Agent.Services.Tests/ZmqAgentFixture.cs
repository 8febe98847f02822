using Fireball.Controller;

namespace Fireball.Agent.Services.Tests;

public sealed class ZmqAgentFixture() : AgentFixture(AgentTransport.Zmq);
