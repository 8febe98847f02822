using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

public sealed class OwnerOverGrpcTests() : OwnerTests(AgentTransport.Grpc);
