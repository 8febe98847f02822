using Fireball.V1;

namespace Fireball.Controller;

/// <summary>gRPC over HTTP/2 in clear, by prior knowledge; the secret is metadata of every call.</summary>
internal sealed class GrpcTransport : AgentTransport
{
    private GrpcTransport()
        : base(ConnectionNames.Grpc, "fireball-agent-grpc")
    {
    }

    public static GrpcTransport Instance { get; } = new();

    public override async Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var channel = new GrpcAgentChannel(new WatchedStream(stream), secret);
        try
        {
            await channel.HandshakeAsync(cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
