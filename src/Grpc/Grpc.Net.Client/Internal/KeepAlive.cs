namespace Grpc.Net.Client;

/// <summary>Pings by which a dead link is noticed (RFC 9113, 6.7).</summary>
internal static class KeepAlive
{
    // Together 15 s, after which a dead link is noticed.
    public static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Turns pings on in a handler whose owner has not chosen.</summary>
    public static void TurnOn(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        if (handler is not SocketsHttpHandler sockets || sockets.KeepAlivePingDelay != Timeout.InfiniteTimeSpan)
        {
            return;
        }

        try
        {
            sockets.KeepAlivePingDelay = PingDelay;
            sockets.KeepAlivePingTimeout = PingTimeout;
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // It has sent requests already: its connections are as its first user made them. Or the calls will say so.
        }
    }
}
