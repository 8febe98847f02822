using Fireball.Files;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>Agent.Get of agent.proto, with its responses read into memory that is used again.</summary>
internal static class GetMethod
{
    /// <summary>The method; the same on the wire as the generated one.</summary>
    internal static readonly Method<GetRequest, ReceivedBatch> Batches = new(
        MethodType.ServerStreaming,
        V1.AgentService.GetMethod.ServiceName,
        V1.AgentService.GetMethod.Name,
        V1.AgentService.GetMethod.RequestMarshaller,
        Marshallers.Create(
            static (_, _) => throw new NotSupportedException("Responses are only read here."),
            static context => ReceivedBatch.Parse(context.PayloadAsReadOnlySequence())));
}
