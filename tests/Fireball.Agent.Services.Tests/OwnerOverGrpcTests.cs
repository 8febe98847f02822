using Fireball.Controller;

namespace Fireball.Agent.Services.Tests;

public sealed class OwnerOverGrpcTests() : OwnerTests(AgentTransport.Grpc);
