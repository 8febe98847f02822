using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits of HTTP/2 connections, where Kestrel's own are not what calls need.</summary>
internal static class KestrelDefaults
{
    // Together 15 s, after which a dead client is noticed and its calls are cancelled; Kestrel's own: never.
    private static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(5);

    public static void Apply(Http2Limits limits)
    {
        limits.KeepAlivePingDelay = KeepAlivePingDelay;
        limits.KeepAlivePingTimeout = KeepAlivePingTimeout;
        // Every stream may leave its window unread, and Kestrel gives a connection's window back by halves only. With its
        // own 1 MiB, one call whose service does not read (768 KiB) stops all others of the connection for good.
        limits.InitialConnectionWindowSize = 2 * limits.MaxStreamsPerConnection * limits.InitialStreamWindowSize;
    }
}
