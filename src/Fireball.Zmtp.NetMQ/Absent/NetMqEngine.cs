namespace Fireball.Zmtp.NetMQ;

/// <summary>ZMTP connections by NetMQ's sockets. This build has none: it was made without -p:UseNetMQ=true.</summary>
public static class NetMqEngine
{
    /// <summary>Whether this build has it.</summary>
    public static bool IsBuilt => false;

    /// <summary>Never connects.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task<IMessageConnection> ConnectAsync(
        Stream stream, ZmtpOptions options, CancellationToken cancellationToken = default) =>
        Task.FromException<IMessageConnection>(new NotSupportedException("this build is without NetMQ (-p:UseNetMQ=true)"));
}
