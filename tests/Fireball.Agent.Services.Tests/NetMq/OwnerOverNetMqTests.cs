using Fireball.Controller;

namespace Fireball.Agent.Services.Tests;

public sealed class OwnerOverNetMqTests() : OwnerTests(AgentTransport.NetMQ);
