using System.Net;

namespace Fireball.Serve;

/// <summary>Where the gRPC API is offered to programs on other machines, and to whom.</summary>
/// <param name="EndPoint">The address and port; port 0: one that is free.</param>
/// <param name="Tls">The files of mutual TLS; null: in clear, to holders of the token.</param>
/// <param name="TokenFile">Without TLS: the file that holds the token.</param>
public sealed record TcpOptions(IPEndPoint EndPoint, TlsFiles? Tls, string? TokenFile)
{
    /// <summary>
    /// Connections at a time of those who have shown who they are: 256, the 200 clients that have to hold and some; each costs
    /// some 100 KiB.
    /// </summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>
    /// Connections at a time that have not shown it yet, besides: 256, all that can be admitted may come at once. sshd has 100 of
    /// them by default (MaxStartups), for fewer users.
    /// </summary>
    public int MaxUnauthenticated { get; init; } = 256;

    /// <summary>
    /// Of these, from one address (of IPv6: from one /64 network): 200, the clients that have to hold may all be on one machine;
    /// and 56 places stay for others.
    /// </summary>
    public int MaxUnauthenticatedPerAddress { get; init; } = 200;

    /// <summary>
    /// Calls at a time on one connection; more wait with the client. 128: what a client sends and no command reads waits
    /// here, 1 MiB a call, and a client from afar is not given a gigabyte.
    /// </summary>
    public int MaxCallsPerConnection { get; init; } = 128;

    /// <summary>How long a connection stays without a call: 10 minutes, as a host does.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a peer has for the TLS handshake, or to show its token: 10 s, as the agent gives it. A peer that has
    /// shown nothing by then loses its place.
    /// </summary>
    public TimeSpan AdmissionTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
