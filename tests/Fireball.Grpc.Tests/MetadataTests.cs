using Grpc.Testing;

namespace Fireball.Grpc.Tests;

/// <summary>Metadata that cannot be sent, or not be taken, fails its own call. The packages leave that to HTTP.</summary>
[Trait("on", "stand-ins")]
public sealed class MetadataTests
{
    private const int Generous = 30_000;

    /// <summary>Sent as it is, the first ends the connection, and with it the calls of everybody else on it.</summary>
    public static TheoryData<string> Unsendable => ["line\nbreak", "carriage\rreturn", "nul\0", "delete\x7f", "\u00e4", "\u2603"];

    [Theory(Timeout = Generous)]
    [MemberData(nameof(Unsendable))]
    public async Task A_value_that_no_header_can_hold_fails_its_own_call_only(string value)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (_, _) => Task.FromResult(new SimpleResponse()),
            Input = async (requests, _) => new StreamingInputCallResponse
            {
                AggregatedPayloadSize = await requests.MoveNext(CancellationToken.None) ? 1 : 0,
            },
        });
        using var other = server.Client.StreamingInputCall();
        await other.RequestStream.WriteAsync(new StreamingInputCallRequest());
        var thrown = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.UnaryCallAsync(new SimpleRequest(), new Metadata { { "bad", value } }).ResponseAsync);
        Assert.Equal(StatusCode.Internal, thrown.StatusCode);
        Assert.Contains("'bad'", thrown.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(1, (await other).AggregatedPayloadSize);
    }

    [Theory(Timeout = Generous)]
    [MemberData(nameof(Unsendable))]
    public async Task A_service_that_sends_such_a_value_ends_its_call_with_INTERNAL(string value)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = async (request, context) =>
            {
                if (request.ResponseSize == 0)
                {
                    await context.WriteResponseHeadersAsync(new Metadata { { "bad", value } });
                }

                context.ResponseTrailers.Add("bad", value);
                return new SimpleResponse();
            },
        });
        for (var size = 0; size < 2; size++)
        {
            var thrown = await Assert.ThrowsAsync<RpcException>(() =>
                server.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = size }).ResponseAsync);
            Assert.Equal(StatusCode.Internal, thrown.StatusCode);
            Assert.Contains("'bad'", thrown.Status.Detail, StringComparison.Ordinal);
        }
    }

    /// <summary>.NET's client gives up a connection on which a header of more than 64 KiB comes.</summary>
    [Theory(Timeout = Generous)]
    [InlineData("headers", StatusCode.Internal)]
    [InlineData("trailers", StatusCode.Internal)]
    [InlineData("detail", StatusCode.NotFound)]
    [InlineData("\u2603 detail", StatusCode.NotFound)]
    public async Task A_response_with_too_much_metadata_costs_its_own_call_only(string where, StatusCode expected)
    {
        var started = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = async (_, context) =>
            {
                switch (where)
                {
                    case "headers":
                        await context.WriteResponseHeadersAsync(new Metadata { { "big", new string('x', 70_000) } });
                        break;
                    case "trailers":
                        context.ResponseTrailers.Add("big", new string('x', 70_000));
                        break;
                    default:
                        throw new RpcException(new Status(StatusCode.NotFound, new string(where[0], 70_000)));
                }

                return new SimpleResponse();
            },
            Input = async (requests, _) =>
            {
                // To the end: a call that ended with the first request could do so under the client's write.
                started.SetResult();
                int count = 0;
                while (await requests.MoveNext(CancellationToken.None))
                {
                    count++;
                }

                return new StreamingInputCallResponse { AggregatedPayloadSize = count };
            },
        });
        using var other = server.Client.StreamingInputCall();
        await started.Task;
        var thrown = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryCallAsync(new SimpleRequest()).ResponseAsync);
        Assert.Equal(expected, thrown.StatusCode);
        Assert.StartsWith(expected == StatusCode.NotFound ? where[..1] : "The metadata", thrown.Status.Detail, StringComparison.Ordinal);
        await other.RequestStream.WriteAsync(new StreamingInputCallRequest());
        await other.RequestStream.CompleteAsync();
        Assert.Equal(1, (await other).AggregatedPayloadSize);
    }
}
