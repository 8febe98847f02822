using Fireball.V1;

namespace Fireball.Controller;

/// <summary>gRPC over HTTP/2 in clear, by prior knowledge.</summary>
internal sealed class GrpcTransport : AgentTransport
{
    private GrpcTransport()
        : base(ConnectionNames.Grpc, "fireball-agent-grpc")
    {
    }

    public static GrpcTransport Instance { get; } = new();

    internal override Task<AgentChannel> StartAsync(Stream stream, CancellationToken cancellationToken) =>
        Task.FromResult<AgentChannel>(new GrpcAgentChannel(new WatchedStream(stream)));
}
