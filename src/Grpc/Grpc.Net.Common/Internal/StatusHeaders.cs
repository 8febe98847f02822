using System.Globalization;
using Grpc.Core;

namespace Grpc.Net;

/// <summary>How a call ended, as received: grpc-status and grpc-message, or what stands for them.</summary>
internal static class StatusHeaders
{
    /// <summary>The status of these two headers.</summary>
    public static Status Parse(string status, string? message)
    {
        var detail = PercentEncoding.Decode(message ?? "");
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new Status(StatusCode.Unknown, $"The peer's grpc-status is not a number. {detail}".TrimEnd());
        }

        // Codes that this side does not know are UNKNOWN (statuscodes.md).
        return code is >= 0 and <= (int)StatusCode.Unauthenticated
            ? new Status((StatusCode)code, detail)
            : new Status(StatusCode.Unknown, detail);
    }

    /// <summary>A response without grpc-status, by http-grpc-status-mapping.md.</summary>
    public static StatusCode FromHttp(int statusCode) => statusCode switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>A stream reset with this HTTP/2 error code (RFC 9113, 7), by gRPC over HTTP/2 "Errors".</summary>
    /// <remarks>
    /// NO_ERROR is INTERNAL there for a stream, but HttpClient gives a connection that is closed (GOAWAY) by the same
    /// exception, and a server that leaves is what mostly sends it.
    /// </remarks>
    public static StatusCode FromReset(long errorCode) => errorCode switch
    {
        0x0 => StatusCode.Unavailable, // NO_ERROR
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
