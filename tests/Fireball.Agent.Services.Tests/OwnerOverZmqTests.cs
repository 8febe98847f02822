using Fireball.Controller;

namespace Fireball.Agent.Services.Tests;

public sealed class OwnerOverZmqTests() : OwnerTests(AgentTransport.Zmq);
