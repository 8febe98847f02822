using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Fireball.Serve;

/// <summary>The token of --insecure-loopback: what every call has to show before anything else is looked at.</summary>
internal sealed class AccessToken
{
    /// <summary>Bytes; 16 random ones cannot be guessed.</summary>
    private const int LeastLength = 16;

    private const string UnauthenticatedStatus = "16";

    private readonly byte[] _expected;

    private AccessToken(string token) => _expected = Encoding.UTF8.GetBytes($"Bearer {token}");

    /// <summary>Reads it: the file's text without white space around it.</summary>
    /// <exception cref="IOException">The file is not secret, or what it holds is too short or no token.</exception>
    public static AccessToken Load(string path)
    {
        string token = Encoding.UTF8.GetString(SecretFile.Read(path)).Trim();
        if (token.Length < LeastLength)
        {
            throw new IOException($"{path}: the token has {token.Length} bytes; it needs at least {LeastLength} ('openssl rand -hex 32' makes one)");
        }

        return token.All(static c => c is > ' ' and < '\x7f')
            ? new AccessToken(token)
            : throw new IOException($"{path}: a token is one word of printable ASCII");
    }

    /// <summary>Lets through what shows the token; to all else it says UNAUTHENTICATED.</summary>
    public void Guard(IApplicationBuilder application) => application.Use(next => context =>
    {
        if (IsShown(context.Request.Headers.Authorization))
        {
            return context.Features.Get<ConnectionAdmission>()?.TryAdmit() != false ? next(context) : Task.CompletedTask;
        }

        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = UnauthenticatedStatus;
        context.Response.Headers["grpc-message"] = "metadata authorization: Bearer TOKEN is missing or wrong";
        return Task.CompletedTask;
    });

    /// <summary>In a time that tells nothing of where the two differ.</summary>
    private bool IsShown(string? header) =>
        header is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), _expected);
}
