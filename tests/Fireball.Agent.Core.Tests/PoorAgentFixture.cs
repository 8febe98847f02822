using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

/// <summary>One agent that can do no harm, for all tests of a class.</summary>
public abstract class PoorAgentFixture(AgentTransport transport) : IAsyncLifetime
{
    internal AgentTransport Transport { get; } = transport;

    internal PoorAgent Agent { get; private set; } = null!;

    public async Task InitializeAsync() => Agent = await PoorAgent.StartAsync(Transport);

    public async Task DisposeAsync() => await Agent.DisposeAsync();
}
