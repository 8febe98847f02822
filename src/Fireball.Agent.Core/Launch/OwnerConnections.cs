using Fireball.Linux;
using Fireball.Proof;

namespace Fireball.Agent.Core;

/// <summary>Owners' connections: from the socket or over the session channel, through the mutual proof, to the service.</summary>
internal sealed class OwnerConnections(Reactor reactor, IOwnerServer server, ReadOnlyMemory<byte> secret, Lease lease)
{
    private readonly Admission _admission = new(lease);

    /// <summary>Serves this user's connections that prove to be the owner's, until cancelled; then waits for their ends.</summary>
    internal async Task ListenAsync(UnixListener listener, CancellationToken cancellationToken)
    {
        var connections = new OwnUserListener(
            listener,
            (socket, cancel) => ServeAsync(new ReactorStream(reactor, socket, readInline: true), "socket", cancel),
            Log.Warn);
        await connections.RunAsync(cancellationToken);
        await connections.DrainedAsync();
    }

    /// <summary>
    /// Serves one connection, if its peer is the owner, to its end. Never fails: who was not served, and why, is logged.
    /// </summary>
    internal async Task ServeAsync(ReactorStream connection, string peer, CancellationToken cancellationToken)
    {
        using var handshake = _admission.Begin(cancellationToken);
        try
        {
            await ProofExchange.RunAsync(connection, ProofRole.Agent, secret, handshake.Token);
            if (handshake.TryComplete())
            {
                await server.ServeAsync(connection, peer, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent leaves, or newer connections crowded this one out.
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Log.Warn($"connection over {peer}: {e.Message}");
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
