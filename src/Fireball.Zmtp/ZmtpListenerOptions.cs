using System.Net.Sockets;

namespace Fireball.Zmtp;

/// <summary>How a <see cref="ZmtpListener"/> admits peers.</summary>
public sealed class ZmtpListenerOptions
{
    /// <summary>What each accepted connection says and accepts.</summary>
    public required ZmtpOptions Connection { get; init; }

    /// <summary>
    /// Looks at an accepted socket before a byte is read from it or written to it: null admits the peer, anything else
    /// is the reason it is closed (told to <see cref="Refused"/>, not to the peer). The place to check the peer's uid.
    /// </summary>
    public Func<Socket, string?>? Refuse { get; init; }

    /// <summary>
    /// The most connections in handshake at a time. One more, and the oldest of them is closed: a peer that means it is
    /// done within milliseconds. 256: well above the hosts' own bursts, some 40 MiB of address space.
    /// </summary>
    public int MaxHandshakes { get; init; } = 256;

    /// <summary>
    /// The most connections waiting to be taken by <see cref="ZmtpListener.AcceptAsync"/>; further ones are closed. 256, arbitrary.
    /// </summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Told of every peer that did not become a connection, and why. Called from any thread; must not throw.</summary>
    public Action<Exception>? Refused { get; init; }
}
