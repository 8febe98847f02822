namespace Fireball.PeerBenchmark;

/// <summary>All that is measured; another implementation is a type of its own and a line here.</summary>
internal static class ZmtpPeers
{
    public static IReadOnlyList<Func<Task<IZmtpPeer>>> All { get; } =
    [
        () => FireballZmtpPeer.StartAsync(ZmtpCarrier.UnixSocket),
        () => ProcessZmtpPeer.StartLibzmqAsync(ZmtpCarrier.UnixSocket),
        () => FireballZmtpPeer.StartAsync(ZmtpCarrier.TcpLoopback),
        () => ProcessZmtpPeer.StartLibzmqAsync(ZmtpCarrier.TcpLoopback),
        ProcessZmtpPeer.StartNetMqAsync,
    ];
}
