namespace Fireball.Agent.Services.Tests;

public sealed class ExecOverGrpcTests(GrpcAgentFixture fixture) : ExecTests(fixture), IClassFixture<GrpcAgentFixture>;
