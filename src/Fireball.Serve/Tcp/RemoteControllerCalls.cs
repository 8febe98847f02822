using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// The service as callers by TCP get it: what would have programs run on this machine, or end this process, is not for
/// them.
/// </summary>
internal sealed class RemoteControllerCalls(V1.ControllerService.ControllerServiceBase local) : V1.ControllerService.ControllerServiceBase
{
    public override Task Connect(
        IAsyncStreamReader<ConnectRequest> requestStream, IServerStreamWriter<ConnectResponse> responseStream, ServerCallContext context) =>
        local.Connect(new CheckedRequests<ConnectRequest>(requestStream, request => Check("host", request.Host)), responseStream, context);

    public override Task<DisconnectResponse> Disconnect(DisconnectRequest request, ServerCallContext context)
    {
        Check("host", request.Host);
        return local.Disconnect(request, context);
    }

    public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context) =>
        local.ListHosts(request, context);

    public override Task WatchHosts(
        WatchHostsRequest request, IServerStreamWriter<WatchHostsResponse> responseStream, ServerCallContext context) =>
        local.WatchHosts(request, responseStream, context);

    public override Task Exec(
        IAsyncStreamReader<ControllerExecRequest> requestStream, IServerStreamWriter<ControllerExecResponse> responseStream, ServerCallContext context) =>
        local.Exec(
            new CheckedRequests<ControllerExecRequest>(requestStream, request => Check("start.host", request.Start?.Host)), responseStream, context);

    public override Task Run(RunRequest request, IServerStreamWriter<RunResponse> responseStream, ServerCallContext context)
    {
        for (int i = 0; i < request.Hosts.Count; i++)
        {
            Check($"hosts[{i}]", request.Hosts[i]);
        }

        return local.Run(request, responseStream, context);
    }

    public override Task<ControllerPutResponse> Put(IAsyncStreamReader<ControllerPutRequest> requestStream, ServerCallContext context) =>
        local.Put(new CheckedRequests<ControllerPutRequest>(requestStream, request => Check("start.host", request.Start?.Host)), context);

    public override Task Get(ControllerGetRequest request, IServerStreamWriter<ControllerGetResponse> responseStream, ServerCallContext context)
    {
        Check("host", request.Host);
        return local.Get(request, responseStream, context);
    }

    public override Task PutTree(
        IAsyncStreamReader<PutTreeRequest> requestStream, IServerStreamWriter<PutTreeResponse> responseStream, ServerCallContext context) =>
        local.PutTree(
            new CheckedRequests<PutTreeRequest>(requestStream, request => Check("start.host", request.Start?.Host)), responseStream, context);

    public override Task GetTree(GetTreeRequest request, IServerStreamWriter<GetTreeResponse> responseStream, ServerCallContext context)
    {
        Check("host", request.Host);
        return local.GetTree(request, responseStream, context);
    }

    public override Task<ControllerStatResponse> Stat(ControllerStatRequest request, ServerCallContext context)
    {
        Check("host", request.Host);
        return local.Stat(request, context);
    }

    public override Task<ControllerShutdownResponse> Shutdown(ControllerShutdownRequest request, ServerCallContext context) =>
        throw Denied("Shutdown");

    private static void Check(string field, HostSpec? host)
    {
        if (host is { SshArguments.Count: > 0 })
        {
            throw Denied($"{field}.ssh_arguments");
        }

        if (host is { HasSshAuthSock: true })
        {
            throw Denied($"{field}.ssh_auth_sock");
        }
    }

    private static RpcException Denied(string what) => Failures.Make(
        StatusCode.PermissionDenied, ErrorReason.LocalCallersOnly, $"{what}: for callers on this machine's socket only");
}
