using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>What the first connection through the forward showed.</summary>
/// <param name="Forward">The forward; null: it cannot be used.</param>
/// <param name="Connected">The connection that showed it, its first byte received but not taken.</param>
/// <param name="Refusal">Why not, one line.</param>
internal sealed record ForwardProbe(Forward? Forward, ReactorStream? Connected, string? Refusal) : IForwardResult;

/// <summary>The Unix-domain socket on which our ssh listens for connections to the agent.</summary>
internal sealed class Forward(string path, int sshPid)
{
    /// <summary>
    /// How long the agent's first byte may take, once it has said that it is ready: it sends its opening unasked.
    /// Longer than a bad link's round trip, shorter than the agent's own 10 s for a handshake.
    /// </summary>
    private static readonly TimeSpan GreetingTimeout = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long the first connection is kept for its user, ms: the agent closes one without a handshake after 10 s.
    /// </summary>
    private const long FreshFor = 5000;

    /// <summary>sshd says why in an error line just before ssh closes our connection, ms; it is there or never.</summary>
    private static readonly TimeSpan ReasonTimeout = TimeSpan.FromMilliseconds(500);

    private readonly long _since = Environment.TickCount64;

    /// <summary>The connection that the probe made has not been waiting for too long.</summary>
    internal bool IsFresh => Environment.TickCount64 - _since < FreshFor;

    /// <summary>
    /// Tries it. A forward that sshd denies shows only when it is used: ssh accepts our connection and closes it; so the
    /// first byte of the agent's opening is waited for, and left in the socket.
    /// </summary>
    internal static async Task<ForwardProbe> ProbeAsync(
        string path, int sshPid, ErrorLines errors, CancellationToken cancellationToken)
    {
        var forward = new Forward(path, sshPid);
        ReactorStream? socket = null;
        try
        {
            socket = forward.Connect();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(GreetingTimeout);
            if (await socket.WaitForInputAsync(limit.Token).ConfigureAwait(false))
            {
                return new ForwardProbe(forward, socket, null);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            return new ForwardProbe(null, null, "nothing came through the forward within 8 s");
        }
        catch (TunnelException e)
        {
            return new ForwardProbe(null, null, e.Message);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }

        socket?.Dispose();
        return new ForwardProbe(null, null, await ReasonAsync(errors, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A connection of its own to the agent.</summary>
    /// <exception cref="TunnelException">Phase forward.</exception>
    internal ReactorStream Connect()
    {
        Descriptor? socket = null;
        try
        {
            socket = UnixConnector.Connect(path);
            var peer = PeerIdentity.Of(socket);
            if (peer.Pid != sshPid || peer.UserId != PeerIdentity.OwnUserId)
            {
                throw new TunnelException(ConnectPhase.Forward, $"{path} is not our ssh's: pid {peer.Pid}, uid {peer.UserId}");
            }

            // Frames are parsed on the reactor's thread: a reply wakes one thread less on its way.
            return new ReactorStream(Reactor.Shared, socket, readInline: true);
        }
        catch (PosixException e)
        {
            socket?.Dispose();
            throw new TunnelException(ConnectPhase.Forward, "ssh does not listen for the forward: " + e.Message, e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    private static async Task<string> ReasonAsync(ErrorLines errors, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReasonTimeout);
        string? line = await errors.FindAsync(l => l.Contains("open failed", StringComparison.Ordinal), limit.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        // "channel 2: open failed: ...": the number is ssh's own.
        return "the host denies the forward" + (line is null ? "" : ": " + line[line.IndexOf("open failed", StringComparison.Ordinal)..]);
    }
}
