namespace Fireball.Agent.Services.Tests;

/// <summary>One agent with one owner for all tests of a class.</summary>
public sealed class AgentFixture : IAsyncLifetime
{
    internal AgentProcess Agent { get; private set; } = null!;

    internal AgentClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Agent = await AgentProcess.StartAsync();
        Client = await Agent.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await Agent.DisposeAsync();
    }
}
