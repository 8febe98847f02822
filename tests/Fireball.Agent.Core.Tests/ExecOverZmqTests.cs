namespace Fireball.Agent.Core.Tests;

public sealed class ExecOverZmqTests(ZmqAgentFixture fixture) : ExecTests(fixture), IClassFixture<ZmqAgentFixture>;
