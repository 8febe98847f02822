using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class MetadataTests
{
    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task Metadata_travels_both_ways_text_and_bytes(string transport)
    {
        Metadata? seen = null;
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = async (note, context) =>
            {
                seen = context.RequestHeaders;
                await context.WriteResponseHeadersAsync(new Metadata { { "answer", "42" }, { "raw-bin", [0, 255, 10] } });
                context.ResponseTrailers.Add("end", "z");
                context.ResponseTrailers.Add("end-bin", [7]);
                return note;
            },
        });
        using var call = fixture.Client.UnaryAsync(
            new Note(), new Metadata { { "Fireball-Host", "web1" }, { "twice", "a" }, { "twice", "b" }, { "key-bin", [0, 1, 254] } });
        await call;
        Assert.Equal(["web1"], seen!.GetAll("fireball-host").Select(entry => entry.Value));
        // HTTP may join the values of one name.
        Assert.Equal("a, b", string.Join(", ", seen!.GetAll("twice").Select(entry => entry.Value)));
        Assert.Equal([0, 1, 254], seen!.GetValueBytes("key-bin"));
        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("42", headers.GetValue("answer"));
        Assert.Equal([0, 255, 10], headers.GetValueBytes("raw-bin"));
        Assert.Equal("z", call.GetTrailers().GetValue("end"));
        Assert.Equal([7], call.GetTrailers().GetValueBytes("end-bin"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Headers_arrive_before_any_response(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnChat = async (notes, _, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "first", "1" } });
                await notes.MoveNext(context.CancellationToken);
            },
        });
        using var call = fixture.Client.Chat(cancellationToken: fixture.Limit);
        Assert.Equal("1", (await call.ResponseHeadersAsync).GetValue("first"));
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_failure_carries_status_detail_and_trailers(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (_, context) =>
            {
                context.ResponseTrailers.Add("own", "1");
                throw new RpcException(new Status(StatusCode.NotFound, "no such thing: äöü ☃"), new Metadata { { "thrown", "2" } });
            },
        });
        using var call = fixture.Client.UnaryAsync(new Note());
        var failure = await call.ResponseAsync.FailsWithAsync(StatusCode.NotFound);
        Assert.Equal("no such thing: äöü ☃", failure.Status.Detail);
        Assert.Equal("1", failure.Trailers.GetValue("own"));
        Assert.Equal("2", failure.Trailers.GetValue("thrown"));
        Assert.Equal(StatusCode.NotFound, call.GetStatus().StatusCode);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Responses_before_a_failure_are_delivered_first(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnCount = async (_, writer, _) =>
            {
                await writer.WriteAsync(new Note { Number = 1 });
                throw new RpcException(new Status(StatusCode.Aborted, "enough"));
            },
        });
        using var call = fixture.Client.Count(new Note());
        Assert.True(await call.ResponseStream.MoveNext(fixture.Limit));
        Assert.Equal(1, call.ResponseStream.Current.Number);
        await call.ResponseStream.MoveNext(fixture.Limit).FailsWithAsync(StatusCode.Aborted);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_status_set_on_the_context_ends_the_call(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, context) =>
            {
                context.Status = new Status(StatusCode.FailedPrecondition, "not now");
                return Task.FromResult(note);
            },
        });
        var failure = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.FailedPrecondition);
        Assert.Equal("not now", failure.Status.Detail);
    }

    [Theory, MemberData(nameof(All))]
    public async Task An_exception_becomes_UNKNOWN_without_its_stack(string transport)
    {
        await using var fixture = await Fixture.StartAsync(
            transport, new ProbeService { OnUnary = (_, _) => throw new InvalidDataException("broken") });
        var failure = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unknown);
        Assert.DoesNotContain(" at ", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_an_exceptions_words_are_told_on_both_sides(string transport)
    {
        Exception? told = null;
        var options = new RpcOptions { HandlerFailed = (_, failure) => told = failure };
        await using var fixture = await ZmtpFixture.StartAsync(
            transport, new ProbeService { OnUnary = (_, _) => throw new InvalidDataException("broken") }, options);
        var failure = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unknown);
        Assert.Equal("the service failed: InvalidDataException: broken", failure.Status.Detail);
        Assert.IsType<InvalidDataException>(told);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Methods_and_services_that_are_not_there_are_UNIMPLEMENTED(string transport)
    {
        await using var fixture = await Fixture.StartAsync(
            transport, new ProbeService { OnUnary = (_, _) => throw new RpcException(new Status(StatusCode.Unimplemented, "")) });
        await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unimplemented);
        var strings = Marshallers.StringMarshaller;
        var method = new Method<string, string>(MethodType.Unary, "no.Such", "Thing", strings, strings);
        var call = fixture.Invoker.AsyncUnaryCall(method, null, default, "x").ResponseAsync;
        fixture.AssertNotStarted(await call.FailsWithAsync(StatusCode.Unimplemented));
        var chat = new Method<string, string>(MethodType.DuplexStreaming, "fireball.rpc.tests.Probe", "Nothing", strings, strings);
        using var duplex = fixture.Invoker.AsyncDuplexStreamingCall(chat, null, default);
        await duplex.ResponseStream.MoveNext().FailsWithAsync(StatusCode.Unimplemented);
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_metadata_over_the_limit_fails_its_call_alone(string transport)
    {
        await using var fixture = await ZmtpFixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, context) =>
            {
                context.ResponseTrailers.Add("big", new string('x', note.Number));
                return Task.FromResult(note);
            },
        });
        var headers = new Metadata { { "big", new string('x', 70_000) } };
        await fixture.Client.UnaryAsync(new Note(), headers).ResponseAsync.FailsWithAsync(StatusCode.ResourceExhausted);
        await fixture.Client.UnaryAsync(new Note { Number = 70_000 }).ResponseAsync.FailsWithAsync(StatusCode.Internal);
        await fixture.Client.UnaryAsync(new Note { Number = 60_000 });
        await fixture.Client.UnaryAsync(new Note(), new Metadata { { "bad", "line\nbreak" } }).ResponseAsync.FailsWithAsync(StatusCode.Internal);
        await fixture.Client.UnaryAsync(new Note());
    }
}
