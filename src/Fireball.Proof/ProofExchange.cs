using Fireball.Linux;

namespace Fireball.Proof;

/// <summary>The mutual proof over a stream.</summary>
public static class ProofExchange
{
    /// <summary>
    /// How long it may take, both ends: 10 s, several round trips over the slowest links in use, and short enough that
    /// connections that say nothing do not pile up.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Proves this end to the peer, and the peer to this end. Afterwards the stream is at the first byte of what the peer says
    /// then. Takes no more than <see cref="Limit"/>.
    /// </summary>
    /// <param name="stream">The connection; it stays the caller's.</param>
    /// <param name="role">This end.</param>
    /// <param name="secret">The launch's, 32 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProofException">The peer has not proved itself; nothing may be sent to it.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task RunAsync(
        Stream stream, ProofRole role, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);

        // Not every stream heeds a token.
        using CancellationTokenRegistration abort = limit.Token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), stream);
        try
        {
            await ExchangeAsync(stream, role, secret, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (limit.IsCancellationRequested && e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ProofException($"the peer has not proved itself within {Limit.TotalSeconds:0} s");
        }
        catch (EndOfStreamException)
        {
            throw new ProofException("the peer closed the connection before it had proved itself");
        }
    }

    private static async Task ExchangeAsync(
        Stream stream, ProofRole role, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        var proof = new MutualProof(role, secret.Span, KernelRandom.GetBytes(MutualProof.NonceLength));
        await stream.WriteAsync(proof.Opening, cancellationToken).ConfigureAwait(false);
        byte[] opening = new byte[MutualProof.OpeningLength];
        await stream.ReadExactlyAsync(opening, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(proof.Answer(opening), cancellationToken).ConfigureAwait(false);
        byte[] answer = new byte[MutualProof.ProofLength];
        await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        proof.Verify(answer);
    }
}
