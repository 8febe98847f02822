using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>The HTTP request of a call, gRPC over HTTP/2 "Requests".</summary>
internal static class CallRequest
{
    // User-Agent -> "grpc-" Language ?("-" Variant) "/" Version
    private const string UserAgent = "grpc-dotnet-fireball/0.1.0";

    private static readonly MediaTypeHeaderValue ContentType = new(HeaderNames.GrpcContentType);

    public static HttpRequestMessage Create(
        GrpcCall call, HttpContent content, CallOptions options, TimeSpan? timeout, out string? encoding)
    {
        content.Headers.ContentType = ContentType;
        var request = new HttpRequestMessage(HttpMethod.Post, call.Channel.GetUri(call.Method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation(HeaderNames.UserAgent, UserAgent);
        headers.TryAddWithoutValidation(HeaderNames.Te, HeaderNames.Trailers);
        headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, call.Channel.Compression.AcceptEncoding);
        if (timeout is { } value)
        {
            headers.TryAddWithoutValidation(HeaderNames.Timeout, TimeoutHeader.Encode(value));
        }

        encoding = null;
        if (options.Headers is { Count: > 0 } metadata)
        {
            encoding = AddMetadata(headers, metadata);
            if (encoding is not null)
            {
                headers.TryAddWithoutValidation(HeaderNames.Encoding, encoding);
            }
        }

        return request;
    }

    /// <summary>Adds the caller's metadata; returns the encoding of requests, where it names one.</summary>
    private static string? AddMetadata(HttpRequestHeaders headers, Metadata metadata)
    {
        string? encoding = null;
        for (var i = 0; i < metadata.Count; i++)
        {
            var entry = metadata[i];
            if (entry.Key == HeaderNames.RequestEncoding)
            {
                encoding = entry.Value;
            }
            else if (!HeaderNames.IsReserved(entry.Key))
            {
                headers.TryAddWithoutValidation(entry.Key, MetadataHeaders.Encode(entry));
            }
        }

        return encoding;
    }
}
