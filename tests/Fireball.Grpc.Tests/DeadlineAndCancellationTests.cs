using Grpc.Testing;

namespace Fireball.Grpc.Tests;

public sealed class DeadlineAndCancellationTests
{
    private const int Generous = 30_000;

    [Fact(Timeout = Generous)]
    public async Task The_server_ends_the_call_at_the_deadline_though_the_service_goes_on()
    {
        var token = new TaskCompletionSource<CancellationToken>();
        var release = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = async (_, context) =>
            {
                token.SetResult(context.CancellationToken);
                await release.Task;
                return new SimpleResponse();
            },
        });

        // Sent without a client's own clock, so that it is the server's that is seen.
        using var response = await server.Http.SendAsync(
            RawCall.Request("UnaryCall", RawCall.EmptyMessage, ("grpc-timeout", "20m")), CancellationToken.None);
        Assert.Equal("4", await RawCall.ReadStatusAsync(response));
        await CancelledAsync(await token.Task);
        release.SetResult();
    }

    [Fact(Timeout = Generous)]
    public async Task The_client_ends_the_call_at_the_deadline_though_the_server_never_answers()
    {
        var aborted = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(async http =>
        {
            http.Request.Headers.Remove("grpc-timeout");
            await CancelledAsync(http.RequestAborted);
            aborted.SetResult();
        });

        var thrown = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddMilliseconds(50)).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, thrown.StatusCode);
        await aborted.Task;
    }

    [Fact(Timeout = Generous)]
    public async Task The_service_sees_the_clients_deadline()
    {
        var deadline = DateTime.UtcNow.AddMinutes(10);
        DateTime? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (_, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(new SimpleResponse());
            },
        });
        await server.Client.UnaryCallAsync(new SimpleRequest(), deadline: deadline);
        Assert.InRange(seen!.Value, deadline.AddSeconds(-1), deadline.AddSeconds(25));
    }

    [Fact(Timeout = Generous)]
    public async Task A_call_past_its_deadline_or_cancelled_before_it_starts_reaches_no_server()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService());
        var late = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddSeconds(-1)).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        var cancelled = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.UnaryCallAsync(new SimpleRequest(), cancellationToken: new CancellationToken(canceled: true)).ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, cancelled.StatusCode);
    }

    [Theory(Timeout = Generous)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_or_disposed_call_cancels_the_services_token(bool dispose)
    {
        var token = new TaskCompletionSource<CancellationToken>();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Output = async (_, responses, context) =>
            {
                token.SetResult(context.CancellationToken);
                await responses.WriteAsync(new StreamingOutputCallResponse());
                await CancelledAsync(context.CancellationToken);
            },
        });
        using var cancellation = new CancellationTokenSource();
        using var call = server.Client.StreamingOutputCall(new StreamingOutputCallRequest(), cancellationToken: cancellation.Token);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        if (dispose)
        {
            call.Dispose();
        }
        else
        {
            await cancellation.CancelAsync();
        }

        await CancelledAsync(await token.Task);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact(Timeout = Generous)]
    public async Task A_cancelled_read_cancels_the_call()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Output = (_, _, context) => CancelledAsync(context.CancellationToken),
        });
        using var call = server.Client.StreamingOutputCall(new StreamingOutputCallRequest());
        using var cancellation = new CancellationTokenSource();
        var reading = call.ResponseStream.MoveNext(cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
    }

    private static async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}
