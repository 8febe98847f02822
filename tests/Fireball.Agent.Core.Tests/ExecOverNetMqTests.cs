namespace Fireball.Agent.Core.Tests;

public sealed class ExecOverNetMqTests(NetMqAgentFixture fixture) : ExecTests(fixture), IClassFixture<NetMqAgentFixture>;
