using Fireball.Controller;
using Fireball.Files;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// Controller.PutTree: the records go to the host's agent as they come, which checks and writes them; what it answers goes
/// back. Nothing is queued here.
/// </summary>
internal sealed class PutTreeCall(
    HostTable hosts, IAsyncStreamReader<PutTreeRequest> requests, IServerStreamWriter<PutTreeResponse> responses)
{
    private readonly ContentHash _hash = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        BadRequestException.Unless(
            await requests.MoveNext(cancellationToken) && requests.Current.Start is not null, "start", "missing; it is in the first request");
        PutTreeStart start = requests.Current.Start;
        HostRules.Check(start.Host, "start.host");
        BadRequestException.Unless(start.Put is not null, "start.put", "missing");
        CommandRules.CheckPath(start.Put.Target, "start.put.target");

        await using HostUse link = hosts.Link(start.Host);
        CallInvoker invoker = await link.GetInvokerAsync(cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using AsyncDuplexStreamingCall<PutRequest, PutResponse> call =
            new AgentService.AgentServiceClient(invoker).Put(cancellationToken: over.Token);
        Task send = SendAsync(call.RequestStream, start.Put, over.Token);
        Task receive = ReceiveAsync(call.ResponseStream, over.Token);
        try
        {
            // The host's answer is the call's end, also where it broke off what was being sent. What else ends the sending is the
            // caller's doing, and the call's end too.
            if (await Task.WhenAny(send, receive) == send
                && send.Exception?.InnerException is not (null or RpcException or InvalidOperationException))
            {
                await send;
            }

            await receive;
        }
        catch (RpcException failure)
        {
            throw new FireballException(start.Host.Destination, "put", failure.Status.Detail, failure);
        }
        finally
        {
            await over.CancelAsync();
            await send.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await receive.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(IClientStreamWriter<PutRequest> agent, PutStart start, CancellationToken cancellationToken)
    {
        var first = new PutRequest { Start = start };
        Add(first, requests.Current);
        await agent.WriteAsync(first, cancellationToken);
        while (await requests.MoveNext(cancellationToken))
        {
            BadRequestException.Unless(requests.Current.Start is null, "start", "not the first request");
            var request = new PutRequest();
            Add(request, requests.Current);
            await agent.WriteAsync(request, cancellationToken);
        }

        await agent.CompleteAsync();
    }

    private void Add(PutRequest request, PutTreeRequest received)
    {
        for (int i = 0; i < received.Records.Count; i++)
        {
            FileRecord record = received.Records[i];
            BadRequestException.Unless(
                record.Data.Length <= CopyLimits.AcceptedData,
                $"records[{i}].data",
                $"{record.Data.Length} bytes; at most {CopyLimits.AcceptedData} in one record");
            BadRequestException.Unless(record.Offset <= long.MaxValue, $"records[{i}].offset", "larger than any file");
            if (record.Entry is not null)
            {
                _hash.Reset();
            }

            if (record.Data.Length > 0)
            {
                _hash.Append((long)record.Offset, record.Data.Span);
            }

            if (record.End is { Hash.IsEmpty: true, Error.Length: 0 } end)
            {
                end.Hash = Hash();
            }

            request.Records.Add(record);
        }
    }

    private ByteString Hash()
    {
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        _hash.Finish(hash);
        return ByteString.CopyFrom(hash);
    }

    private async Task ReceiveAsync(IAsyncStreamReader<PutResponse> agent, CancellationToken cancellationToken)
    {
        while (await agent.MoveNext(cancellationToken))
        {
            PutResponse answer = agent.Current;
            await responses.WriteAsync(
                new PutTreeResponse { Failures = { answer.Failures }, Summary = answer.Summary }, cancellationToken);
        }
    }
}
