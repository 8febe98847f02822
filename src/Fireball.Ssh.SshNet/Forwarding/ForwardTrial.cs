using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>What the first channel to the agent's socket showed.</summary>
/// <param name="First">The channel; null: there is no forward.</param>
/// <param name="Refusal">Why not, one line.</param>
internal sealed record ForwardTrial(ForwardStream? First, string? Refusal) : IForwardResult
{
    // How long the first channel is kept for its user, ms: the agent closes one without a handshake after 10 s.
    private const long FreshFor = 5000;

    private readonly long _since = Environment.TickCount64;

    /// <summary>The first channel has not been waiting for too long.</summary>
    internal bool IsFresh => Environment.TickCount64 - _since < FreshFor;

    /// <summary>Tries it.</summary>
    /// <exception cref="TunnelException">Phase forward: the connection is gone.</exception>
    internal static async Task<ForwardTrial> RunAsync(Forwarder forwarder, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (stream, refusal) = await forwarder.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            return new ForwardTrial(stream, refusal is null ? null : "the host denies the forward: " + refusal);
        }
        catch (IOException e)
        {
            throw new TunnelException(ConnectPhase.Forward, Printable.Line(e.Message), e);
        }
    }
}
