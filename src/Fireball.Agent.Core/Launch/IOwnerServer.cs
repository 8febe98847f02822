using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>
/// What the two agents differ in: how the service is reached over a connection that was accepted, by ZMTP or by gRPC over
/// HTTP/2.
/// </summary>
public interface IOwnerServer : IAsyncDisposable
{
    /// <summary>
    /// Serves one connection to its end; its peer shows the secret first, in time, and completes the handshake by that.
    /// </summary>
    /// <param name="connection">The connection; the caller disposes it afterwards.</param>
    /// <param name="peer">Which way it came, for messages.</param>
    /// <param name="handshake">To be completed; where its token is cancelled before, the connection is to be given up.</param>
    /// <param name="cancellationToken">Ends the connection at once.</param>
    /// <exception cref="IOException">The connection broke, or the peer is not the owner; the message says which.</exception>
    /// <exception cref="OperationCanceledException">By one of the tokens.</exception>
    Task ServeAsync(ReactorStream connection, string peer, Handshake handshake, CancellationToken cancellationToken);

    /// <summary>
    /// Takes no new calls, and completes when those under way have ended and the connections are closed in order.
    /// </summary>
    /// <param name="reason">Why, for those whose protocol can say it.</param>
    /// <param name="cancellationToken">The rest is ended at once.</param>
    Task DrainAsync(string reason, CancellationToken cancellationToken);
}
