namespace Fireball.Agent.Core.Tests;

public sealed class ExecOverGrpcTests(GrpcAgentFixture fixture) : ExecTests(fixture), IClassFixture<GrpcAgentFixture>;
