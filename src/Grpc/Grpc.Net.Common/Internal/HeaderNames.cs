namespace Grpc.Net;

/// <summary>The protocol's own header names and values, gRPC over HTTP/2 "Requests" and "Responses".</summary>
internal static class HeaderNames
{
    public const string Te = "te";
    public const string Trailers = "trailers";
    public const string UserAgent = "user-agent";
    public const string ContentType = "content-type";
    public const string GrpcContentType = "application/grpc";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Identity = "identity";

    /// <summary>Metadata by which a caller chooses its requests' encoding; never sent as it stands.</summary>
    public const string RequestEncoding = "grpc-internal-encoding-request";

    /// <summary>"application/grpc" [("+proto" / "+json" / {custom})], with or without parameters.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == GrpcContentType.Length || contentType[GrpcContentType.Length] is '+' or ';');

    /// <summary>The header is the protocol's or HTTP's, not metadata of the application.</summary>
    public static bool IsReserved(string name) => name.Length == 0 || name[0] == ':' || (name.Length switch
    {
        2 => Is(name, Te),
        4 => Is(name, "host") || Is(name, "date"),
        6 => Is(name, "server"),
        10 => Is(name, "connection"),
        11 => Is(name, Status),
        12 => Is(name, ContentType) || Is(name, Timeout) || Is(name, Message),
        13 => Is(name, Encoding),
        14 => Is(name, "content-length"),
        17 => Is(name, "transfer-encoding"),
        20 => Is(name, AcceptEncoding),
        30 => Is(name, RequestEncoding),
        _ => false,
    });

    private static bool Is(string name, string header) => name.Equals(header, StringComparison.OrdinalIgnoreCase);
}
