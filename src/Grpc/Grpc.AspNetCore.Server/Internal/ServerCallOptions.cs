using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>The options as calls use them.</summary>
internal sealed class ServerCallOptions(GrpcServiceOptions options)
{
    public int? MaxSendMessageSize { get; } = options.MaxSendMessageSize;

    public int? MaxReceiveMessageSize { get; } = options.MaxReceiveMessageSize;

    public bool DetailedErrors { get; } = options.EnableDetailedErrors == true;

    public string? ResponseEncoding { get; } = options.ResponseCompressionAlgorithm;

    public CompressionLevel? ResponseLevel { get; } = options.ResponseCompressionLevel;

    public MessageCompression Compression { get; } =
        new(options.CompressionProviders is { Count: > 0 } providers ? providers : null);
}
