using Fireball.Linux;

namespace Fireball.Proof.Tests;

/// <summary>The two ends of a connected socket pair.</summary>
internal sealed class StreamPair : IAsyncDisposable
{
    public StreamPair()
    {
        var (one, other) = OwnProcess.SocketPair();
        (Near, Far) = (new ReactorStream(Reactor.Shared, one), new ReactorStream(Reactor.Shared, other));
    }

    public ReactorStream Near { get; }

    public ReactorStream Far { get; }

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
    }
}
