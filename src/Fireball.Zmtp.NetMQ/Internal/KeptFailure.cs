namespace Fireball.Zmtp.NetMQ;

/// <summary>A failure that is kept, as each later caller sees it.</summary>
internal static class KeptFailure
{
    /// <summary>The same words, the first one inside.</summary>
    public static ZmtpException Again(Exception failure) => failure is ZmtpException zmtp
        ? new ZmtpException(zmtp.Message, zmtp) { PeerReason = zmtp.PeerReason, HandshakeFailed = zmtp.HandshakeFailed }
        : new ZmtpException(failure.Message, failure);
}
