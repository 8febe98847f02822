using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>What a response's headers and trailers say, gRPC over HTTP/2 "Responses".</summary>
internal static class ResponseHeaders
{
    /// <summary>Trailers-Only: the status stands in the only header block.</summary>
    public static bool IsTrailersOnly(HttpResponseMessage response) =>
        response.Headers.NonValidated.Contains(HeaderNames.Status);

    /// <summary>How the call ended, where the headers say it: trailers only, or no gRPC at all.</summary>
    public static CallOutcome? FindEnd(HttpResponseMessage response)
    {
        if (IsTrailersOnly(response))
        {
            return ParseTrailers(response.Headers);
        }

        var status = (int)response.StatusCode;
        if (status != 200)
        {
            return new CallOutcome(
                new Status(StatusHeaders.FromHttp(status), $"The server answered with HTTP status {status}."), []);
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues(HeaderNames.ContentType, out var values)
            ? values.ToString()
            : null;
        return HeaderNames.IsGrpcContentType(contentType)
            ? null
            : new CallOutcome(
                new Status(StatusCode.Unknown, $"The server's answer is not gRPC: content-type '{contentType}'."), []);
    }

    /// <summary>The status and metadata of a header block that ends a call.</summary>
    public static CallOutcome ParseTrailers(HttpHeaders headers)
    {
        var values = headers.NonValidated;
        if (!values.TryGetValues(HeaderNames.Status, out var status))
        {
            return new CallOutcome(new Status(StatusCode.Unknown, "The response ended without grpc-status."), []);
        }

        var message = values.TryGetValues(HeaderNames.Message, out var text) ? text.ToString() : null;
        return new CallOutcome(StatusHeaders.Parse(status.ToString(), message), ToMetadata(headers));
    }

    /// <summary>The headers that are metadata.</summary>
    public static Metadata ToMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                MetadataHeaders.Add(metadata, name, value);
            }
        }

        return metadata;
    }
}
