using Fireball.Posix;
using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;

namespace Fireball.Agent;

/// <summary>Owners' connections: from the socket or over the session channel, through the handshake, to the service.</summary>
internal sealed class Host
{
    // Who the owner says it is; the secret is what counts.
    private const string UserName = "fireball";

    // The pause after the process ran out of descriptors, before it accepts again.
    private static readonly TimeSpan OutOfDescriptors = TimeSpan.FromMilliseconds(200);

    private readonly Reactor _reactor;
    private readonly RpcServer _server;
    private readonly Lease _lease;
    private readonly Admission _admission = new();
    private readonly ZmtpOptions _options;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _serving = [];

    internal Host(Reactor reactor, RpcServer server, Lease lease, LaunchRequest launch)
    {
        (_reactor, _server, _lease) = (reactor, server, lease);
        var credentials = new PlainCredentials(UserName, Convert.ToHexStringLower(launch.Secret.Span));
        _options = new ZmtpOptions
        {
            SocketType = SocketType.Router,
            Mechanism = MechanismKind.Plain,
            PlainValidator = credentials.Matches,
        };
    }

    /// <summary>Serves whoever connects and is the owner, until cancelled.</summary>
    internal async Task ListenAsync(UnixListener listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Admit(await listener.AcceptAsync(cancellationToken), cancellationToken);
            }
            catch (PosixException e) when (e.Errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM)
            {
                Log.Warn($"cannot accept a connection: {e.Message}");
                await Task.Delay(OutOfDescriptors, cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Handshakes over two streams and serves what comes, to its end. Never fails: who was not served, and why, is logged.
    /// </summary>
    internal async Task ServeAsync(Stream input, Stream output, string peer, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _admission.HandshakeAsync(
                token => ZmtpConnection.AcceptAsync(input, output, _options, token), cancellationToken);
            _lease.OwnerCame();
            try
            {
                await _server.ServeAsync(connection, peer, cancellationToken);
            }
            finally
            {
                _lease.OwnerWent();
            }
        }
        catch (OperationCanceledException)
        {
            // The agent leaves, or newer strangers crowded this one out.
        }
        catch (Exception e) when (e is IOException or RpcProtocolException or ObjectDisposedException)
        {
            Log.Warn($"connection over {peer}: {e.Message}");
        }
        finally
        {
            await input.DisposeAsync();
        }
    }

    /// <summary>Waits for all connections to have ended.</summary>
    internal Task DrainedAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_serving);
        }
    }

    private void Admit(Descriptor socket, CancellationToken cancellationToken)
    {
        if (Admission.Refuse(socket) is { } reason)
        {
            socket.Dispose();
            Log.Warn(reason);
            return;
        }

        var stream = new ReactorStream(_reactor, socket, readInline: true);
        var serving = ServeAsync(stream, new WritingHalfStream(stream), "socket", cancellationToken);
        lock (_gate)
        {
            _serving.Add(serving);
            _serving.RemoveWhere(task => task.IsCompleted);
        }
    }
}
