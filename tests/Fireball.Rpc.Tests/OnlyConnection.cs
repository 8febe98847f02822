using Fireball.Zmtp;
using Fireball.Zmtp.NetMQ;

namespace Fireball.Rpc.Tests;

/// <summary>
/// The one connection of a host, which ends with it: NetMQ closes no peer alone, and the client of a test is to see that its
/// server has closed.
/// </summary>
internal sealed class OnlyConnection(NetMqRouterHost host, IMessageConnection inner) : IMessageConnection
{
    public int MaxMessageSize => inner.MaxMessageSize;

    public long UnsentBytes => inner.UnsentBytes;

    public void Write<TState>(TState state, Action<IMessageWriter, TState> encode) => inner.Write(state, encode);

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => inner.WaitToReadAsync(cancellationToken);

    public bool TryRead(out ReceivedMessage message) => inner.TryRead(out message);

    public ValueTask CloseAsync(CancellationToken cancellationToken = default) => inner.CloseAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await host.DisposeAsync();
    }
}
