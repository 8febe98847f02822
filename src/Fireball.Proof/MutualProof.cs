using System.Security.Cryptography;

namespace Fireball.Proof;

/// <summary>
/// One end of the mutual proof that precedes every connection between controller and agent (docs/proof.md): each end sends an
/// opening with a random number of its own, and then the authentication code of both openings, its own first, under the secret
/// of the launch. Bytes only; <see cref="ProofExchange"/> sends and receives them. For one connection, one thread.
/// </summary>
public sealed class MutualProof
{
    /// <summary>Bytes of the launch's secret.</summary>
    public const int SecretLength = 32;

    /// <summary>Random bytes of an opening: as many as the digest has, so that none ever comes twice.</summary>
    public const int NonceLength = 32;

    /// <summary>Bytes of an opening: "fireball", version, role, random number.</summary>
    public const int OpeningLength = 8 + 1 + 1 + NonceLength;

    /// <summary>Bytes of a proof.</summary>
    public const int ProofLength = Sha256.Size;

    private const byte Version = 1;

    private readonly ProofRole _peer;
    private readonly byte[] _secret;
    private readonly byte[] _opening;
    private byte[]? _expected;

    /// <summary>Begins one.</summary>
    /// <param name="role">This end.</param>
    /// <param name="secret">32 bytes that the two ends hold, and no other process.</param>
    /// <param name="nonce">32 random bytes, never used before.</param>
    public MutualProof(ProofRole role, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> nonce)
    {
        if (secret.Length != SecretLength)
        {
            throw new ArgumentOutOfRangeException(nameof(secret), $"{secret.Length} bytes, not {SecretLength}");
        }

        if (nonce.Length != NonceLength)
        {
            throw new ArgumentOutOfRangeException(nameof(nonce), $"{nonce.Length} bytes, not {NonceLength}");
        }

        _peer = role == ProofRole.Agent ? ProofRole.Controller : ProofRole.Agent;
        _secret = secret.ToArray();
        _opening = [.. Head(role), .. nonce];
    }

    /// <summary>What this end sends first, unasked.</summary>
    public ReadOnlyMemory<byte> Opening => _opening;

    private static ReadOnlySpan<byte> Magic => "fireball"u8;

    /// <summary>What this end sends when it has received the peer's opening: its proof.</summary>
    /// <exception cref="ProofException">It is no opening of the other role, or of another version.</exception>
    public byte[] Answer(ReadOnlySpan<byte> peerOpening)
    {
        if (peerOpening.Length != OpeningLength || !peerOpening.StartsWith(Magic))
        {
            throw new ProofException("what answers there is not Fireball, or of an older build");
        }

        if (peerOpening[Magic.Length] != Version)
        {
            throw new ProofException($"the peer speaks version {peerOpening[Magic.Length]} of the proof, this end {Version}");
        }

        if (!peerOpening.StartsWith(Head(_peer)))
        {
            throw new ProofException($"the peer is not the {_peer.ToString().ToLowerInvariant()}");
        }

        _expected = Sha256.Authenticate(_secret, [.. peerOpening, .. _opening]);
        return Sha256.Authenticate(_secret, [.. _opening, .. peerOpening]);
    }

    /// <summary>Takes the peer's proof.</summary>
    /// <exception cref="ProofException">It does not hold the secret.</exception>
    /// <exception cref="InvalidOperationException">Its opening was not taken before.</exception>
    public void Verify(ReadOnlySpan<byte> peerProof)
    {
        if (!CryptographicOperations.FixedTimeEquals(_expected ?? throw new InvalidOperationException("No opening was taken."), peerProof))
        {
            throw new ProofException("the peer does not hold the secret of this launch");
        }
    }

    private static byte[] Head(ProofRole role) => [.. Magic, Version, (byte)role];
}
