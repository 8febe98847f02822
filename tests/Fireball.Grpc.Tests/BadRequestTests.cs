using System.IO.Compression;
using System.Net;
using Grpc.Testing;

namespace Fireball.Grpc.Tests;

/// <summary>Where the specification leaves the status open, or the packages are laxer, these are our choices.</summary>
[Trait("on", "stand-ins")]
public sealed class BadRequestTests
{
    private static ProbeService Echo => new()
    {
        Unary = (_, _) => Task.FromResult(new SimpleResponse()),
        Input = async (requests, context) =>
        {
            while (await requests.MoveNext(context.CancellationToken))
            {
            }

            return new StreamingInputCallResponse();
        },
    };

    public static TheoryData<string, byte[], string> Bodies => new()
    {
        { "no message", [], "13" },
        { "cut in the prefix", [0, 0, 0], "13" },
        { "cut in the message", RawCall.Message(0, [1, 2, 3], length: 4), "13" },
        { "two messages for one", [.. RawCall.EmptyMessage, .. RawCall.EmptyMessage], "13" },
        { "a flag of 2", RawCall.Message(2, []), "13" },
        { "compressed without an encoding", RawCall.Message(1, [1, 2, 3]), "13" },
        { "no protobuf", RawCall.Message(0, [0xff, 0xff, 0xff]), "13" },
        { "4 MiB and a byte, announced only", RawCall.Message(0, [], length: 4 * 1024 * 1024 + 1), "8" },
        { "4 GiB announced", RawCall.Message(0, [], length: uint.MaxValue), "8" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_body_gets_its_status_and_the_connection_stays(string what, byte[] body, string status)
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var response = await server.Http.SendAsync(RawCall.Request("UnaryCall", body), CancellationToken.None);
        Assert.True(status == await RawCall.ReadStatusAsync(response), what);
        using var good = await server.Http.SendAsync(RawCall.Request("UnaryCall", RawCall.EmptyMessage), CancellationToken.None);
        Assert.Equal("0", await RawCall.ReadStatusAsync(good));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("grpc-encoding", "brotli", "12")]
    [InlineData("grpc-timeout", "5", "13")]
    [InlineData("grpc-timeout", "123456789S", "13")]
    [InlineData("grpc-timeout", "-1S", "13")]
    [InlineData("x-data-bin", "!!!", "0")]
    public async Task A_bad_header_gets_its_status(string name, string value, string status)
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var response = await server.Http.SendAsync(
            RawCall.Request("UnaryCall", RawCall.EmptyMessage, (name, value)), CancellationToken.None);
        Assert.Equal(status, await RawCall.ReadStatusAsync(response));
        if (name == "grpc-encoding")
        {
            Assert.Contains("gzip", response.Headers.GetValues("grpc-accept-encoding").Single(), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Another_content_type_is_refused_with_415()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var response = await server.Http.SendAsync(
            RawCall.Request("UnaryCall", RawCall.EmptyMessage, ("content-type", "application/grpcish")), CancellationToken.None);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_small_message_that_unpacks_beyond_the_limit_is_refused()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[64 * 1024 * 1024]);
        }

        using var response = await server.Http.SendAsync(
            RawCall.Request("UnaryCall", RawCall.Message(1, packed.ToArray()), ("grpc-encoding", "gzip")), CancellationToken.None);
        Assert.Equal("8", await RawCall.ReadStatusAsync(response));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_request_that_ends_early_ends_the_services_reading_with_a_status()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var response = await server.Http.SendAsync(
            RawCall.Request("StreamingInputCall", [.. RawCall.EmptyMessage, 0, 0]), CancellationToken.None);
        Assert.Equal("13", await RawCall.ReadStatusAsync(response));
    }
}
