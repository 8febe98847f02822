namespace Fireball.Agent.Core.Tests;

public sealed class HostileRequestsOverGrpcTests(PoorGrpcAgentFixture fixture)
    : HostileRequestTests(fixture), IClassFixture<PoorGrpcAgentFixture>;
