namespace Fireball.Zmtp.NetMQ;

/// <summary>ZMTP connections by NetMQ's sockets.</summary>
/// <remarks>
/// NetMQ has global state, which cannot be kept from a program that uses NetMQ itself: <c>NetMQConfig</c> with its I/O thread
/// and its limit of 1,024 sockets (a connection here takes one, all together two more), and <c>BufferPool</c>. Nothing of it
/// is set here, and <c>NetMQConfig.Cleanup</c> is never called; called by the program, it ends every connection here. NetMQ
/// wakes its threads by loopback TCP connections of its own, one for each socket, and takes the peer that connects first: another
/// local user who is faster can make a connection fail when it is opened, but sees no byte of it.
/// </remarks>
public static class NetMqEngine
{
    /// <summary>
    /// Has a NetMQ DEALER socket speak through an established connection. NetMQ speaks TCP only, and not to a
    /// Unix-domain socket: the handshake with the peer is ours, and what NetMQ says goes through a loopback TCP connection
    /// that is proved to be this process's own before a byte is sent on it.
    /// </summary>
    /// <param name="peer">The handshaken connection, which is owned from here on, and disposed in a failure.</param>
    /// <param name="options">The limits of the connection, as <paramref name="peer"/> was made with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ZmtpException">NetMQ did not connect within the handshake's time, or it cannot be proved that it did.</exception>
    public static Task<IMessageConnection> ConnectAsync(
        ZmtpConnection peer, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(options);
        return DealerConnection.OpenAsync(peer, options, new OwnListener(), cancellationToken);
    }
}
