using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

public sealed class PoorGrpcAgentFixture() : PoorAgentFixture(AgentTransport.Grpc);
