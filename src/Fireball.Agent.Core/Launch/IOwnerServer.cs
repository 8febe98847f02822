using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>
/// What the two agents differ in: how the service is reached over an owner's connection, by ZMTP or by gRPC over HTTP/2.
/// </summary>
public interface IOwnerServer : IAsyncDisposable
{
    /// <summary>Serves one connection to its end; its peer has proved to be the owner.</summary>
    /// <param name="connection">The connection; the caller disposes it afterwards.</param>
    /// <param name="peer">Which way it came, for messages.</param>
    /// <param name="cancellationToken">Ends the connection at once.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    Task ServeAsync(ReactorStream connection, string peer, CancellationToken cancellationToken);

    /// <summary>
    /// Takes no new calls, and completes when those under way have ended and the connections are closed in order.
    /// </summary>
    /// <param name="reason">Why, for those whose protocol can say it.</param>
    /// <param name="cancellationToken">The rest is ended at once.</param>
    Task DrainAsync(string reason, CancellationToken cancellationToken);
}
