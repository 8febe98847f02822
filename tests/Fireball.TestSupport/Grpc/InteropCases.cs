using Google.Protobuf;
using Grpc.Testing;

namespace Fireball.TestSupport;

/// <summary>The client side of gRPC's interoperability tests (doc/interop-test-descriptions.md).</summary>
public static class InteropCases
{
    private const string EchoInitial = "x-grpc-test-echo-initial";
    private const string EchoTrailing = "x-grpc-test-echo-trailing-bin";
    private static readonly int[] ResponseSizes = [31415, 9, 2653, 58979];
    private static readonly int[] RequestSizes = [27182, 8, 1828, 45904];

    public static IReadOnlyDictionary<string, Func<CallInvoker, Task>> All { get; } =
        new Dictionary<string, Func<CallInvoker, Task>>(StringComparer.Ordinal)
        {
            ["empty_unary"] = EmptyUnary,
            ["large_unary"] = LargeUnary,
            ["client_streaming"] = ClientStreaming,
            ["server_streaming"] = ServerStreaming,
            ["ping_pong"] = PingPong,
            ["empty_stream"] = EmptyStream,
            ["custom_metadata"] = CustomMetadata,
            ["status_code_and_message"] = StatusCodeAndMessage,
            ["special_status_message"] = SpecialStatusMessage,
            ["unimplemented_method"] = UnimplementedMethod,
            ["unimplemented_service"] = UnimplementedService,
            ["cancel_after_begin"] = CancelAfterBegin,
            ["cancel_after_first_response"] = CancelAfterFirstResponse,
            ["timeout_on_sleeping_server"] = TimeoutOnSleepingServer,
        };

    public static TheoryData<string> Names => [.. All.Keys];

    private static TestService.TestServiceClient Client(CallInvoker invoker) => new(invoker);

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    private static StreamingOutputCallRequest Ask(int responseSize, int payloadSize) => new()
    {
        ResponseParameters = { new ResponseParameters { Size = responseSize } },
        Payload = Zeros(payloadSize),
    };

    private static async Task EmptyUnary(CallInvoker invoker) =>
        Assert.Equal(new Empty(), await Client(invoker).EmptyCallAsync(new Empty()));

    private static async Task LargeUnary(CallInvoker invoker)
    {
        var response = await Client(invoker).UnaryCallAsync(
            new SimpleRequest { ResponseSize = 314159, Payload = Zeros(271828) });
        Assert.Equal(Zeros(314159), response.Payload);
    }

    private static async Task ClientStreaming(CallInvoker invoker)
    {
        using var call = Client(invoker).StreamingInputCall();
        foreach (var size in RequestSizes)
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922, (await call).AggregatedPayloadSize);
    }

    private static async Task ServerStreaming(CallInvoker invoker)
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters = { ResponseSizes.Select(size => new ResponseParameters { Size = size }) },
        };
        using var call = Client(invoker).StreamingOutputCall(request);
        var sizes = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            sizes.Add(response.Payload.Body.Length);
        }

        Assert.Equal(ResponseSizes, sizes);
    }

    private static async Task PingPong(CallInvoker invoker)
    {
        using var call = Client(invoker).FullDuplexCall();
        for (var i = 0; i < ResponseSizes.Length; i++)
        {
            await call.RequestStream.WriteAsync(Ask(ResponseSizes[i], RequestSizes[i]));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(ResponseSizes[i], call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task EmptyStream(CallInvoker invoker)
    {
        using var call = Client(invoker).FullDuplexCall();
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private static async Task CustomMetadata(CallInvoker invoker)
    {
        byte[] trailing = [0xAB, 0xAB, 0xAB];
        Metadata metadata = new() { { EchoInitial, "test_initial_metadata_value" }, { EchoTrailing, trailing } };

        using var unary = Client(invoker).UnaryCallAsync(
            new SimpleRequest { ResponseSize = 314159, Payload = Zeros(271828) }, metadata);
        Assert.Equal("test_initial_metadata_value", (await unary.ResponseHeadersAsync).GetValue(EchoInitial));
        await unary;
        Assert.Equal(trailing, unary.GetTrailers().GetValueBytes(EchoTrailing));

        using var duplex = Client(invoker).FullDuplexCall(metadata);
        await duplex.RequestStream.WriteAsync(Ask(314159, 271828));
        await duplex.RequestStream.CompleteAsync();
        Assert.Equal("test_initial_metadata_value", (await duplex.ResponseHeadersAsync).GetValue(EchoInitial));
        Assert.True(await duplex.ResponseStream.MoveNext());
        Assert.False(await duplex.ResponseStream.MoveNext());
        Assert.Equal(trailing, duplex.GetTrailers().GetValueBytes(EchoTrailing));
    }

    private static async Task StatusCodeAndMessage(CallInvoker invoker)
    {
        var status = new EchoStatus { Code = 2, Message = "test status message" };
        using var unary = Client(invoker).UnaryCallAsync(new SimpleRequest { ResponseStatus = status });
        await AssertStatusAsync(StatusCode.Unknown, status.Message, () => unary.ResponseAsync);

        using var duplex = Client(invoker).FullDuplexCall();
        await duplex.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await duplex.RequestStream.CompleteAsync();
        await AssertStatusAsync(StatusCode.Unknown, status.Message, () => duplex.ResponseStream.MoveNext());
    }

    private static Task SpecialStatusMessage(CallInvoker invoker)
    {
        const string message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
        var request = new SimpleRequest { ResponseStatus = new EchoStatus { Code = 2, Message = message } };
        return AssertStatusAsync(StatusCode.Unknown, message, () => Client(invoker).UnaryCallAsync(request).ResponseAsync);
    }

    private static Task UnimplementedMethod(CallInvoker invoker) =>
        AssertStatusAsync(
            StatusCode.Unimplemented, message: null, () => Client(invoker).UnimplementedCallAsync(new Empty()).ResponseAsync);

    private static Task UnimplementedService(CallInvoker invoker) =>
        AssertStatusAsync(
            StatusCode.Unimplemented,
            message: null,
            () => new UnimplementedService.UnimplementedServiceClient(invoker).UnimplementedCallAsync(new Empty()).ResponseAsync);

    private static async Task CancelAfterBegin(CallInvoker invoker)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = Client(invoker).StreamingInputCall(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await AssertStatusAsync(StatusCode.Cancelled, message: null, () => call.ResponseAsync);
    }

    private static async Task CancelAfterFirstResponse(CallInvoker invoker)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = Client(invoker).FullDuplexCall(cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(Ask(31415, 27182), CancellationToken.None);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        await cancellation.CancelAsync();
        await AssertStatusAsync(StatusCode.Cancelled, message: null, () => call.ResponseStream.MoveNext(CancellationToken.None));
    }

    private static async Task TimeoutOnSleepingServer(CallInvoker invoker)
    {
        using var call = Client(invoker).FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(1));
        await AssertStatusAsync(StatusCode.DeadlineExceeded, message: null, async () =>
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27182) });
            await call.ResponseStream.MoveNext();
        });
    }

    private static async Task AssertStatusAsync(StatusCode code, string? message, Func<Task> act)
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(act);
        Assert.Equal(code, thrown.StatusCode);
        if (message is not null)
        {
            Assert.Equal(message, thrown.Status.Detail);
        }
    }
}
