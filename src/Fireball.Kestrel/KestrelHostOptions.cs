namespace Fireball.Kestrel;

/// <summary>What a host's connections may do. Each default says why.</summary>
public sealed record KestrelHostOptions
{
    /// <summary>Calls at a time on one connection; more wait with the client. HTTP/2's recommended least, 100 (RFC 9113, 6.5.2).</summary>
    public int MaxCallsPerConnection { get; init; } = 100;

    /// <summary>Metadata of one call, bytes: 16 KiB, what gRPC's own peers take at most by default twice over.</summary>
    public int MaxHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>How long a connection stays without a call; infinite: as long as the peer likes.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// After so much silence the peer is asked whether it is there; infinite: it is not asked. On a Unix-domain socket the
    /// kernel tells of a peer's death, and one that is merely stopped must not lose its calls.
    /// </summary>
    public TimeSpan KeepAliveDelay { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long it may take to answer that, before the connection is closed. 10 s: with a delay of 5 s, a dead link is found in 15.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What may be under way to us on one call, bytes, before the client has to wait for the service: 1 MiB, a
    /// connection's throughput of 20 MB/s at a round-trip time of 50 ms.
    /// </summary>
    public int StreamWindow { get; init; } = 1024 * 1024;
}
