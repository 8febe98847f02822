using Fireball.Controller;
using Fireball.Files;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>Controller.GetTree: the records of the host's agent, checked and passed on.</summary>
internal sealed class GetTreeCall(HostTable hosts, GetTreeRequest request, IServerStreamWriter<GetTreeResponse> responses)
{
    private const string Operation = "get";

    private readonly RecordValidator _validator = new(directoryOnly: request.Source.Span is [.., (byte)'/']);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        HostRules.Check(request.Host, "host");
        CommandRules.CheckPath(request.Source, "source");
        await using HostUse link = hosts.Link(request.Host);
        CallInvoker invoker = await link.GetInvokerAsync(cancellationToken);
        try
        {
            using AsyncServerStreamingCall<GetResponse> call = new AgentService.AgentServiceClient(invoker).Get(
                new GetRequest { Source = request.Source }, cancellationToken: cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                await PassAsync(call.ResponseStream.Current, cancellationToken);
            }

            _validator.Complete();
        }
        catch (RpcException failure)
        {
            throw new FireballException(request.Host.Destination, Operation, failure.Status.Detail, failure);
        }
        catch (InvalidDataException broken)
        {
            throw new FileRefusedException(request.Host.Destination, Operation, FileRefusal.Damaged, broken.Message, broken);
        }
    }

    private Task PassAsync(GetResponse answer, CancellationToken cancellationToken)
    {
        foreach (FileRecord record in answer.Records)
        {
            if (_validator.Check(record) is { } reason)
            {
                record.End.Error = reason;
            }
        }

        return responses.WriteAsync(
            new GetTreeResponse { Records = { answer.Records }, Failures = { answer.Failures }, Summary = answer.Summary },
            cancellationToken);
    }
}
