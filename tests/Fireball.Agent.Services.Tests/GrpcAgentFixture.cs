using Fireball.Controller;

namespace Fireball.Agent.Services.Tests;

public sealed class GrpcAgentFixture() : AgentFixture(AgentTransport.Grpc);
