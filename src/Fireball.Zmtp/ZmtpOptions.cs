namespace Fireball.Zmtp;

/// <summary>What this side says and accepts. May serve many connections.</summary>
public sealed class ZmtpOptions
{
    /// <summary>The socket type this side announces: DEALER or ROUTER.</summary>
    public SocketType SocketType { get; init; } = SocketType.Dealer;

    /// <summary>The security mechanism; both peers must name the same.</summary>
    public MechanismKind Mechanism { get; init; }

    /// <summary>What the client side of PLAIN says.</summary>
    public PlainCredentials? Credentials { get; init; }

    /// <summary>What the server side of PLAIN accepts.</summary>
    public PlainValidator? PlainValidator { get; init; }

    /// <summary>The routing identity told to the peer, 0 to 255 bytes; empty lets a ROUTER choose one.</summary>
    public ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>Properties told to the peer besides Socket-Type and Identity; names are ASCII.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Properties { get; init; }

    /// <summary>
    /// The handshake ends within this time, or the connection is closed. 10 s: several round trips over the slowest
    /// links in use, and short enough that idle connections do not pile up.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The client's side of NULL only: messages follow our greeting and READY at once, without waiting for the peer's,
    /// which saves two round trips; to the peer they only seem to come fast. What the peer says is verified as ever, when
    /// the first message of it is waited for; a failure until then has <see cref="ZmtpException.HandshakeFailed"/>.
    /// </summary>
    public bool Eager { get; init; }

    /// <summary>
    /// The longest handshake command that is accepted, in bytes. 512: HELLO with the longest user name and password
    /// has 518, but ours has some 80, and a READY of libzmq some 45; nothing beyond this is buffered for an unknown peer.
    /// </summary>
    public int MaxHandshakeSize { get; init; } = 512;

    /// <summary>
    /// The longest frame, in bytes, sent or accepted. 1 MiB: four times the largest chunk Fireball sends.
    /// </summary>
    public int MaxFrameSize { get; init; } = 1 << 20;

    /// <summary>
    /// The longest message, all frames together, in bytes, sent or accepted. 4 MiB: bounds what one connection can
    /// make this side buffer.
    /// </summary>
    public int MaxMessageSize { get; init; } = 4 << 20;

    /// <summary>
    /// The most frames in a message. 1,024, arbitrary: frames may be empty, so <see cref="MaxMessageSize"/> does not
    /// bound their number.
    /// </summary>
    public int MaxFramesPerMessage { get; init; } = 1024;

    /// <summary>
    /// The most bytes that may wait unsent, beyond which a write throws. 64 MiB, arbitrary: a writer that waits for
    /// its flushes never comes near; one that does not is stopped before memory is.
    /// </summary>
    public long MaxUnsentBytes { get; init; } = 64 << 20;

    /// <summary>How often PING is sent; zero for never. Peers that speak ZMTP 3.0 are not sent any.</summary>
    public TimeSpan HeartbeatInterval { get; init; }

    /// <summary>
    /// How long after a PING the peer may stay silent before the connection is given up; zero:
    /// as <see cref="HeartbeatInterval"/>.
    /// </summary>
    public TimeSpan HeartbeatTimeout { get; init; }

    /// <summary>
    /// The TTL told in PING: the peer gives the connection up when it hears nothing for this long. Zero for none; at
    /// most 6,553.5 s, in steps of 0.1 s (RFC 37).
    /// </summary>
    public TimeSpan HeartbeatTtl { get; init; }

    /// <summary>
    /// How long <see cref="ZmtpConnection.CloseAsync"/> waits for the peer to close in turn. 2 s, arbitrary: a peer
    /// that reads does so in one round trip.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of the time-outs; another one for tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate(bool asServer)
    {
        Require(!Eager || (!asServer && Mechanism == MechanismKind.Null), "Only a client of NULL can be eager.");
        Require(
            SocketType is SocketType.Dealer or SocketType.Router,
            $"Socket type {SocketType} is not served here: DEALER and ROUTER are.");
        Require(
            Mechanism != MechanismKind.Plain || (asServer ? PlainValidator is not null : Credentials is not null),
            asServer ? "A PLAIN server needs a PlainValidator." : "A PLAIN client needs Credentials.");
        Require(Identity.Length <= byte.MaxValue, "An identity has at most 255 bytes.");
        // Beyond 1 GiB the buffer's size would not fit an array.
        Require(
            MaxFrameSize > 0 && MaxMessageSize is > 0 and <= 1 << 30 && MaxHandshakeSize > 0 && MaxFramesPerMessage > 0,
            "The limits are positive, and a message has at most 1 GiB.");
        Require(HeartbeatTtl.TotalSeconds <= 6553.5, "The TTL is at most 6,553.5 s.");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
