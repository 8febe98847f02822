using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what its calls are held to.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Bytes a sent message may have; null: any number.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes a received message may have; 4 MiB unless set; null: any number.</summary>
    public int? MaxReceiveMessageSize { get; set; } = MessageLimits.DefaultReceive;

    /// <summary>The encodings messages may be sent and received in besides identity; null: gzip.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    /// <summary>Carries the calls; not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>
    /// Carries the calls, such as a <see cref="SocketsHttpHandler"/> whose ConnectCallback connects a Unix-domain
    /// socket; null: one with keepalive pings and as many connections as the calls need. A SocketsHttpHandler not yet in
    /// use whose KeepAlivePingDelay is infinite gets keepalive pings too.
    /// </summary>
    /// <remarks>
    /// After 10 s of silence, for 5 s, so that a dead link is noticed within 15. A server on gRPC's C core or in Go takes
    /// that for abuse unless it is told otherwise, and ends a connection on which nothing but pings comes (some 50 s): for
    /// such a one give a handler with a KeepAlivePingDelay of 5 minutes or more.
    /// </remarks>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>The client or handler is disposed with the channel; one that the channel made always is.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>A cancelled call throws <see cref="OperationCanceledException"/> instead of RpcException.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }
}
