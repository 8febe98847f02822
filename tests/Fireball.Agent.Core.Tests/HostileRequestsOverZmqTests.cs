namespace Fireball.Agent.Core.Tests;

public sealed class HostileRequestsOverZmqTests(PoorZmqAgentFixture fixture)
    : HostileRequestTests(fixture), IClassFixture<PoorZmqAgentFixture>;
