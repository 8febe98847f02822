namespace Fireball.PeerBenchmark;

/// <summary>All that is measured; another implementation is a type of its own and a line here.</summary>
internal static class ZmtpPeers
{
    public static IReadOnlyList<Func<Task<IZmtpPeer>>> All { get; } = File.Exists(OwnBuild.With("netmq"))
        ? [.. Always, ProcessZmtpPeer.StartNetMqAsync]
        : Always;

    private static IReadOnlyList<Func<Task<IZmtpPeer>>> Always =>
    [
        () => FireballZmtpPeer.StartAsync(ZmtpCarrier.UnixSocket),
        () => ProcessZmtpPeer.StartLibzmqAsync(ZmtpCarrier.UnixSocket),
        () => FireballZmtpPeer.StartAsync(ZmtpCarrier.TcpLoopback),
        () => ProcessZmtpPeer.StartLibzmqAsync(ZmtpCarrier.TcpLoopback),
    ];
}
