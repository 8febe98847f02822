using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

public sealed class PoorZmqAgentFixture() : PoorAgentFixture(AgentTransport.Zmq);
