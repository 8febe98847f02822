using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

public sealed class OwnerOverZmqTests() : OwnerTests(AgentTransport.Zmq);
