using Fireball.Controller;
using Fireball.Serve.Client;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>fireball.v1.Controller: connects, lists and disconnects hosts.</summary>
internal sealed class ControllerService(HostTable hosts, Action stop) : V1.Controller.ControllerBase
{
    public override async Task Connect(
        IAsyncStreamReader<ConnectRequest> requestStream,
        IServerStreamWriter<ConnectResponse> responseStream,
        ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false)
            || requestStream.Current.Host is not { Destination.Length: > 0 } spec)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the first request has to name a host"));
        }

        HostEntry entry = hosts.Acquire(spec);
        try
        {
            using var conversation = new Conversation(requestStream, responseStream, context.CancellationToken);
            await entry.Connection.ConnectAsync(
                spec.Interactive ? conversation : null,
                conversation,
                spec.HasSshAuthSock ? spec.SshAuthSock : null,
                context.CancellationToken).ConfigureAwait(false);
            await conversation.EndAsync(new ConnectResponse { Connected = entry.Describe() }).ConfigureAwait(false);
        }
        catch (ConnectException failure)
        {
            var trailers = new Metadata { { ServeMetadata.Phase, failure.Phase } };
            throw new RpcException(new Status(StatusCode.Unavailable, failure.Message), trailers);
        }
        finally
        {
            entry.Release();
            if (entry.Connection.Session is null && entry.Calls == 0)
            {
                hosts.Remove(entry);
            }
        }
    }

    public override async Task<DisconnectResponse> Disconnect(DisconnectRequest request, ServerCallContext context)
    {
        if (request.Host is not { } spec || hosts.Take(HostKey.Of(spec)) is not { } entry)
        {
            throw new RpcException(new Status(StatusCode.NotFound, "not connected"));
        }

        try
        {
            var summary = new ShutdownSummary();
            if (entry.Connection.Session is { } session)
            {
                ShutdownResponse response = await session
                    .ShutdownAsync(request.RemoveExecutable, context.CancellationToken).ConfigureAwait(false);
                summary.Killed = response.Killed;
            }

            return new DisconnectResponse { Summary = summary };
        }
        finally
        {
            hosts.Remove(entry);
        }
    }

    public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context)
    {
        var response = new ListHostsResponse();
        response.Hosts.AddRange(hosts.List().Where(entry => entry.Connection.Session is not null).Select(entry => entry.Describe()));
        return Task.FromResult(response);
    }

    public override Task<ControllerShutdownResponse> Shutdown(ControllerShutdownRequest request, ServerCallContext context)
    {
        stop();
        return Task.FromResult(new ControllerShutdownResponse());
    }
}
