namespace Fireball.Agent.Services.Tests;

public sealed class ExecOverZmqTests(ZmqAgentFixture fixture) : ExecTests(fixture), IClassFixture<ZmqAgentFixture>;
