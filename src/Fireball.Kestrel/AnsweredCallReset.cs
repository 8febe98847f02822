using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fireball.Kestrel;

/// <summary>
/// Resets a call that has its status without an error. The gRPC server ends a call whose deadline has passed by its status
/// and a reset with CANCEL; a client that reads the reset first takes the call for cancelled. NO_ERROR asks for no more of the
/// request and leaves the response as it is (RFC 9113, 8.1).
/// </summary>
internal sealed class AnsweredCallReset(HttpContext call, IHttpResetFeature inner) : IHttpResetFeature
{
    private const string StatusField = "grpc-status";

    /// <summary>RFC 9113, 7.</summary>
    private const int NoError = 0;

    /// <summary>Middleware: puts itself before Kestrel's reset of this call.</summary>
    public static Task UseAsync(HttpContext call, RequestDelegate next)
    {
        if (call.Features.Get<IHttpResetFeature>() is { } inner)
        {
            call.Features.Set<IHttpResetFeature>(new AnsweredCallReset(call, inner));
        }

        return next(call);
    }

    public void Reset(int errorCode) => inner.Reset(IsAnswered ? NoError : errorCode);

    // In the trailers, or in the headers where the status is all there is.
    private bool IsAnswered => call.Response.HasStarted
        && (call.Response.Headers.ContainsKey(StatusField)
            || call.Features.Get<IHttpResponseTrailersFeature>()?.Trailers.ContainsKey(StatusField) == true);
}
