using Fireball.Controller;

namespace Fireball.Agent.Core.Tests;

/// <summary>One agent with one owner for all tests of a class.</summary>
public abstract class AgentFixture(AgentTransport transport) : IAsyncLifetime
{
    internal AgentProcess Agent { get; private set; } = null!;

    internal AgentClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Agent = await AgentProcess.StartAsync(transport: transport);
        Client = await Agent.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await Agent.DisposeAsync();
    }
}
