using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server;

/// <summary>The end of a response, gRPC over HTTP/2 "Responses": Trailers, or Trailers-Only.</summary>
internal static class StatusTrailers
{
    private static readonly string[] Codes =
        [.. Enum.GetValues<StatusCode>().Select(code => ((int)code).ToString(CultureInfo.InvariantCulture))];

    /// <summary>Sets status and metadata.</summary>
    /// <param name="http">The request's context.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="metadata">Trailing metadata; null: none.</param>
    /// <param name="only">Nothing was sent before: headers and trailers are one block.</param>
    public static void Write(HttpContext http, Status status, Metadata? metadata, bool only)
    {
        var trailers = only
            ? http.Response.Headers
            : http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        var code = (int)status.StatusCode;
        trailers[HeaderNames.Status] = code >= 0 && code < Codes.Length ? Codes[code] : code.ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            trailers[HeaderNames.Message] = PercentEncoding.Encode(status.Detail);
        }

        Add(trailers, metadata);
    }

    /// <summary>Adds metadata; the protocol's own names are left out.</summary>
    public static void Add(IHeaderDictionary headers, Metadata? metadata)
    {
        for (var i = 0; i < metadata?.Count; i++)
        {
            var entry = metadata[i];
            if (!HeaderNames.IsReserved(entry.Key))
            {
                // Append would leave an empty value out.
                headers[entry.Key] = StringValues.Concat(headers[entry.Key], MetadataHeaders.Encode(entry));
            }
        }
    }
}
