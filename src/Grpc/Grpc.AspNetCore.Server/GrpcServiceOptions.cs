using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>What the calls of services are held to.</summary>
public class GrpcServiceOptions
{
    /// <summary>Bytes a sent message may have; null: any number.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes a received message may have; 4 MiB unless set; null: any number.</summary>
    public int? MaxReceiveMessageSize { get; set; } = MessageLimits.DefaultReceive;

    /// <summary>The words of an exception that a service threw go to the client; false unless set.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>How responses are compressed for clients that accept it, such as "gzip"; null: not at all.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard responses are compressed; null: as the provider has it.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>The encodings messages may be received and sent in besides identity; empty: gzip.</summary>
    public IList<ICompressionProvider> CompressionProviders { get; set; } = [];

    /// <summary>Calls of services that are not there are left to other endpoints instead of answered UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }
}
