using Grpc.Testing;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fireball.Grpc.Tests;

/// <summary>Where the specification leaves the status open, or the packages are laxer, these are our choices.</summary>
[Trait("on", "stand-ins")]
public sealed class BadResponseTests
{
    private static readonly byte[] EmptyMessage = RawCall.EmptyMessage;

    public static TheoryData<string, int, byte[], string?, StatusCode> Responses => new()
    {
        { "HTTP 400", 400, [], null, StatusCode.Internal },
        { "HTTP 401", 401, [], null, StatusCode.Unauthenticated },
        { "HTTP 403", 403, [], null, StatusCode.PermissionDenied },
        { "HTTP 404", 404, [], null, StatusCode.Unimplemented },
        { "HTTP 429", 429, [], null, StatusCode.Unavailable },
        { "HTTP 502", 502, [], null, StatusCode.Unavailable },
        { "HTTP 503", 503, [], null, StatusCode.Unavailable },
        { "HTTP 504", 504, [], null, StatusCode.Unavailable },
        { "HTTP 500", 500, [], null, StatusCode.Unknown },
        { "no status", 200, EmptyMessage, null, StatusCode.Unknown },
        { "a status that is no number", 200, EmptyMessage, "ok", StatusCode.Unknown },
        { "a code of the future", 200, [], "99", StatusCode.Unknown },
        { "cut in the message", 200, RawCall.Message(0, [1], length: 9), "0", StatusCode.Internal },
        { "cut in the prefix", 200, [0, 0], "0", StatusCode.Internal },
        { "no message", 200, [], "0", StatusCode.Internal },
        { "two messages", 200, [.. EmptyMessage, .. EmptyMessage], "0", StatusCode.Internal },
        { "a flag of 2", 200, RawCall.Message(2, []), "0", StatusCode.Internal },
        { "4 GiB announced", 200, RawCall.Message(0, [], length: uint.MaxValue), "0", StatusCode.ResourceExhausted },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Responses))]
    public async Task A_bad_response_becomes_a_status(string what, int httpStatus, byte[] body, string? status, StatusCode expected)
    {
        await using var server = await ProbeServer.StartAsync(async http =>
        {
            http.Response.StatusCode = httpStatus;
            http.Response.ContentType = "application/grpc";
            if (body.Length > 0)
            {
                await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
            }

            if (status is not null)
            {
                http.Response.AppendTrailer("grpc-status", status);
            }
        });
        Assert.True(expected == await CallAsync(server), what);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_is_not_gRPC_is_unknown()
    {
        await using var server = await ProbeServer.StartAsync(http => http.Response.WriteAsync("<html>", http.RequestAborted));
        Assert.Equal(StatusCode.Unknown, await CallAsync(server));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public async Task A_reset_stream_becomes_the_status_of_its_error_code(int errorCode, StatusCode expected)
    {
        await using var server = await ProbeServer.StartAsync(async http =>
        {
            // Once headers have left, no handler takes the reset for a request that may be sent again.
            http.Response.ContentType = "application/grpc";
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            http.Features.Get<IHttpResetFeature>()!.Reset(errorCode);
        });
        Assert.Equal(expected, await CallAsync(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lost_connection_is_unavailable()
    {
        await using var server = await ProbeServer.StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            http.Features.Get<IConnectionLifetimeFeature>()!.Abort();
        });
        Assert.Equal(StatusCode.Unavailable, await CallAsync(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task No_server_is_unavailable()
    {
        using var channel = GrpcClient.Open("/nonexistent/socket");
        var thrown = await Assert.ThrowsAsync<RpcException>(() =>
            new TestService.TestServiceClient(channel).EmptyCallAsync(new Empty()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, thrown.StatusCode);
    }

    private static async Task<StatusCode> CallAsync(ProbeServer server) =>
        (await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryCallAsync(new SimpleRequest()).ResponseAsync)).StatusCode;
}
