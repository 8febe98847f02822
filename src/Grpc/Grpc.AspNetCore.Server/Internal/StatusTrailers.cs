using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server;

/// <summary>The end of a response, gRPC over HTTP/2 "Responses": Trailers, or Trailers-Only.</summary>
internal static class StatusTrailers
{
    // Together below the 64 KiB of headers that .NET's client takes: with a longer one it gives up the whole connection.
    private const int MaxMetadataSize = 48 * 1024;
    private const int MaxMessageLength = 8 * 1024;

    private static readonly string[] Codes =
        [.. Enum.GetValues<StatusCode>().Select(code => ((int)code).ToString(CultureInfo.InvariantCulture))];

    /// <summary>Sets status and metadata; with metadata that cannot be sent, the status is INTERNAL.</summary>
    /// <param name="http">The request's context.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="metadata">Trailing metadata; null: none.</param>
    /// <param name="only">Nothing was sent before: headers and trailers are one block.</param>
    public static void Write(HttpContext http, Status status, Metadata? metadata, bool only)
    {
        var trailers = only
            ? http.Response.Headers
            : http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        try
        {
            Add(trailers, metadata);
        }
        catch (ProtocolException e)
        {
            status = e.Status;
        }

        var code = (int)status.StatusCode;
        trailers[HeaderNames.Status] = code >= 0 && code < Codes.Length ? Codes[code] : code.ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            trailers[HeaderNames.Message] = Shorten(PercentEncoding.Encode(status.Detail));
        }
    }

    /// <summary>Adds metadata; the protocol's own names are left out.</summary>
    /// <exception cref="ProtocolException">A value cannot be sent.</exception>
    public static void Add(IHeaderDictionary headers, Metadata? metadata)
    {
        var size = 0;
        for (var i = 0; i < metadata?.Count; i++)
        {
            var entry = metadata[i];
            if (!HeaderNames.IsReserved(entry.Key))
            {
                var value = MetadataHeaders.Encode(entry);
                // RFC 9113, 6.5.2: a field counts as its name, its value and 32.
                size += entry.Key.Length + value.Length + 32;
                if (size > MaxMetadataSize)
                {
                    throw new ProtocolException($"The metadata is larger than {MaxMetadataSize} bytes.");
                }

                // Append would leave an empty value out.
                headers[entry.Key] = StringValues.Concat(headers[entry.Key], value);
            }
        }
    }

    /// <summary>Cuts a message that is too long, not within an encoded byte.</summary>
    private static string Shorten(string encoded)
    {
        if (encoded.Length <= MaxMessageLength)
        {
            return encoded;
        }

        var percent = encoded.LastIndexOf('%', MaxMessageLength - 1);
        return encoded[..(percent >= MaxMessageLength - 2 ? percent : MaxMessageLength)];
    }
}
