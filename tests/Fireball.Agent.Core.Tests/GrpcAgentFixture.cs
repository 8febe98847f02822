using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

public sealed class GrpcAgentFixture() : AgentFixture(AgentTransport.Grpc);
