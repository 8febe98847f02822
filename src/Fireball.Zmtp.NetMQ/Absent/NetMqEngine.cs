namespace Fireball.Zmtp.NetMQ;

/// <summary>ZMTP connections by NetMQ's sockets. This build has none: it was made without -p:UseNetMQ=true.</summary>
public static class NetMqEngine
{
    /// <summary>Whether this build has it.</summary>
    public static bool IsBuilt => false;

    /// <summary>Never connects; disposes <paramref name="peer"/>.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static async Task<IMessageConnection> ConnectAsync(
        ZmtpConnection peer, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        await peer.DisposeAsync().ConfigureAwait(false);
        throw new NotSupportedException("this build is without NetMQ (-p:UseNetMQ=true)");
    }
}
