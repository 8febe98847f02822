using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

public sealed class ZmqAgentFixture() : AgentFixture(AgentTransport.Zmq);
