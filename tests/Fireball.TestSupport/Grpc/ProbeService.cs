using Grpc.Testing;

namespace Fireball.TestSupport;

/// <summary>A service whose methods a test gives.</summary>
public sealed class ProbeService : TestService.TestServiceBase
{
    public Func<SimpleRequest, ServerCallContext, Task<SimpleResponse>>? Unary { get; init; }

    public Func<StreamingOutputCallRequest, IServerStreamWriter<StreamingOutputCallResponse>, ServerCallContext, Task>? Output { get; init; }

    public Func<IAsyncStreamReader<StreamingInputCallRequest>, ServerCallContext, Task<StreamingInputCallResponse>>? Input { get; init; }

    public override Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context) => Unary!(request, context);

    public override Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context) =>
        Output!(request, responseStream, context);

    public override Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context) =>
        Input!(requestStream, context);
}
