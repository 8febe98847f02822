namespace Fireball.Serve.Tests;

/// <summary>Tests of calls against a serving process of their own, mostly over both of its ways.</summary>
public abstract class BedTests : IAsyncLifetime
{
    private protected readonly Bed _bed = new();

    public static TheoryData<string> Ways => Bed.Ways;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bed.DisposeAsync();
}
