namespace Fireball.Zmtp;

/// <summary>The connection broke, or one of the peers violated the protocol or refused the other.</summary>
public sealed class ZmtpException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, in one line.</param>
    /// <param name="innerException">The stream's own failure, where there is one.</param>
    public ZmtpException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// The reason in the peer's ERROR command; null where the peer sent none. It is the peer's text with everything
    /// but printable ASCII replaced, so that it can be shown on a terminal.
    /// </summary>
    public string? PeerReason { get; init; }

    /// <summary>The connection failed before the peer's handshake was whole: it has taken no message of ours.</summary>
    public bool HandshakeFailed { get; init; }

    /// <summary>The reason to tell the peer in an ERROR command before closing; null to close without.</summary>
    internal string? ReasonForPeer { get; init; }
}
