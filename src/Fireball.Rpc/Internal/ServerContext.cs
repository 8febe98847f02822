using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>What a service sees of its call.</summary>
internal sealed class ServerContext(ServerCall call) : ServerCallContext
{
    private static readonly AuthContext Anonymous = new(peerIdentityPropertyName: null, []);
    private Metadata? _trailers;

    protected override string MethodCore => call.Method;

    protected override string HostCore => "";

    protected override string PeerCore => call.Channel.Peer;

    protected override DateTime DeadlineCore => call.Deadline;

    protected override Metadata RequestHeadersCore => call.RequestHeaders;

    protected override CancellationToken CancellationTokenCore => call.CancellationToken;

    protected override Metadata ResponseTrailersCore => _trailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => Anonymous;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        return call.WriteHeadersAsync(responseHeaders);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass Deadline and CancellationToken on instead.");
}
