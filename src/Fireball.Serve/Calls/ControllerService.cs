using Fireball.Serve.Client;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>fireball.v1.Controller, for whichever way a call comes: what each call does is in a class of its own.</summary>
internal sealed class ControllerService(HostTable hosts, Action stop) : V1.Controller.ControllerBase
{
    /// <summary>How long a host may take to answer a ping of <see cref="ListHosts"/> (controller.proto).</summary>
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(1);

    public override Task Connect(
        IAsyncStreamReader<ConnectRequest> requestStream,
        IServerStreamWriter<ConnectResponse> responseStream,
        ServerCallContext context) =>
        GuardAsync(new ConnectCall(hosts, requestStream, responseStream).RunAsync(context.CancellationToken));

    public override Task<DisconnectResponse> Disconnect(DisconnectRequest request, ServerCallContext context) =>
        GuardAsync(DisconnectAsync(request, context.CancellationToken));

    public override async Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context)
    {
        IReadOnlyList<HostEntry> entries = hosts.List();
        if (request.Ping)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            limit.CancelAfter(PingLimit);
            await Task.WhenAll(entries.Select(entry => entry.PingAsync(limit.Token)));
        }

        var response = new ListHostsResponse();
        response.Hosts.AddRange(entries.Select(entry => entry.Describe()));
        return response;
    }

    public override async Task WatchHosts(
        WatchHostsRequest request, IServerStreamWriter<WatchHostsResponse> responseStream, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, hosts.Stopping);
        try
        {
            await new HostWatch(hosts).RunAsync(responseStream, either.Token);
        }
        catch (OperationCanceledException) when (hosts.Stopping.IsCancellationRequested)
        {
            throw HostTable.StoppingFailure();
        }
    }

    public override Task Exec(
        IAsyncStreamReader<ControllerExecRequest> requestStream,
        IServerStreamWriter<ExecResponse> responseStream,
        ServerCallContext context) =>
        GuardAsync(new ExecCall(hosts, requestStream, responseStream).RunAsync(context.CancellationToken));

    public override Task Run(RunRequest request, IServerStreamWriter<RunResponse> responseStream, ServerCallContext context) =>
        GuardAsync(new RunCall(hosts, request, new RunOutput(responseStream)).RunAsync(context.CancellationToken));

    public override Task<ControllerPutResponse> Put(IAsyncStreamReader<ControllerPutRequest> requestStream, ServerCallContext context) =>
        GuardAsync(new PutCall(hosts, requestStream).RunAsync(context.CancellationToken));

    public override Task Get(
        ControllerGetRequest request, IServerStreamWriter<ControllerGetResponse> responseStream, ServerCallContext context) =>
        GuardAsync(new GetCall(hosts, request, responseStream).RunAsync(context.CancellationToken));

    public override Task<ControllerShutdownResponse> Shutdown(ControllerShutdownRequest request, ServerCallContext context)
    {
        stop();
        return Task.FromResult(new ControllerShutdownResponse());
    }

    private async Task<DisconnectResponse> DisconnectAsync(DisconnectRequest request, CancellationToken cancellationToken)
    {
        HostRules.Check(request.Host, "host");
        HostEntry entry = hosts.Take(HostKey.Of(request.Host))
            ?? throw new RpcException(new Status(StatusCode.NotFound, "not connected"));
        try
        {
            var summary = new ShutdownSummary();
            if (entry.Connection.Session is { } session)
            {
                ShutdownResponse response = await session.ShutdownAsync(request.RemoveExecutable, cancellationToken);
                summary.Killed = response.Killed;
            }

            return new DisconnectResponse { Summary = summary };
        }
        finally
        {
            hosts.Remove(entry);
        }
    }

    /// <summary>A failure of the host's or of the caller's becomes the call's status.</summary>
    private static async Task GuardAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception failure) when (Failures.Explain(failure) is not null)
        {
            throw Failures.Explain(failure)!;
        }
    }

    private static async Task<T> GuardAsync<T>(Task<T> call)
    {
        await GuardAsync((Task)call);
        return await call;
    }
}
