namespace Fireball.Agent.Services.Tests;

public sealed class ExecOverNetMqTests(NetMqAgentFixture fixture) : ExecTests(fixture), IClassFixture<NetMqAgentFixture>;
