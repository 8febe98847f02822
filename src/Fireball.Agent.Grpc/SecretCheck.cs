using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fireball.Agent.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fireball.Agent.Grpc;

/// <summary>
/// Lets through calls that show the secret, as metadata "authorization: Bearer SECRET"; others are UNAUTHENTICATED before
/// anything else of them is looked at. The first such call makes its connection an owner's.
/// </summary>
internal sealed class SecretCheck(string secret)
{
    private readonly string _expected = "Bearer " + secret;

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!Matches(http.Request.Headers.Authorization.ToString()))
        {
            // Trailers only (gRPC over HTTP/2, "Responses"): the status stands in the one header block.
            var headers = http.Response.Headers;
            headers.ContentType = "application/grpc";
            headers["grpc-status"] = "16";
            headers["grpc-message"] = "the secret is missing or wrong";
            return Task.CompletedTask;
        }

        if (http.Features.GetRequiredFeature<Handshake>().TryComplete())
        {
            return next(http);
        }

        // It came too late: the connection is being closed.
        http.Abort();
        return Task.CompletedTask;
    }

    // In a time that tells nothing but the length.
    private bool Matches(string given) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(given.AsSpan()), MemoryMarshal.AsBytes(_expected.AsSpan()));
}
