using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller.Tests.Answers;

/// <summary>An agent that answers whatever a test has it answer, and does nothing.</summary>
internal sealed class AnsweringAgent : V1.AgentService.AgentServiceBase
{
    /// <summary>The answers to each method, by their type.</summary>
    public Dictionary<Type, IReadOnlyList<IMessage>> Answers { get; } = [];

    public override async Task Exec(
        IAsyncStreamReader<ExecRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        await requestStream.MoveNext(context.CancellationToken);
        await AnswerAsync(responseStream);
    }

    public override async Task Put(
        IAsyncStreamReader<PutRequest> requestStream, IServerStreamWriter<PutResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
        }

        await AnswerAsync(responseStream);
    }

    public override Task Get(GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context) =>
        AnswerAsync(responseStream);

    public override Task<OutcomeResponse> Outcome(OutcomeRequest request, ServerCallContext context) => Answer<OutcomeResponse>();

    public override Task<StatResponse> Stat(StatRequest request, ServerCallContext context) => Answer<StatResponse>();

    public override Task<PingResponse> Ping(PingRequest request, ServerCallContext context) => Answer<PingResponse>();

    public override Task<ShutdownResponse> Shutdown(ShutdownRequest request, ServerCallContext context) => Answer<ShutdownResponse>();

    private async Task AnswerAsync<T>(IServerStreamWriter<T> responses)
    {
        foreach (IMessage answer in Answers.GetValueOrDefault(typeof(T), []))
        {
            await responses.WriteAsync((T)answer);
        }
    }

    private Task<T> Answer<T>() => Answers.GetValueOrDefault(typeof(T), []) is [T answer, ..]
        ? Task.FromResult(answer)
        : throw new RpcException(new Status(StatusCode.Internal, "no\n\u001b[2J\u202eanswer"));
}
