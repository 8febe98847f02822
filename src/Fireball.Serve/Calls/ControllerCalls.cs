using Fireball.Controller;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>fireball.v1.ControllerService, for whichever way a call comes: what each call does is in a class of its own.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="stop">Ends the process.</param>
/// <param name="lists">Which hosts these callers are told of.</param>
internal sealed class ControllerCalls(HostTable hosts, Action stop, Predicate<HostEntry> lists) : V1.ControllerService.ControllerServiceBase
{
    /// <summary>How long a host may take to answer a ping of <see cref="ListHosts"/> (controller.proto).</summary>
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(1);

    /// <summary>Hosts of one page (controller.proto): with what a host's state usually is, a tenth of a message's 4 MiB.</summary>
    private const int MaxPage = 1000;

    public override Task Connect(
        IAsyncStreamReader<ConnectRequest> requestStream,
        IServerStreamWriter<ConnectResponse> responseStream,
        ServerCallContext context) =>
        GuardAsync(new ConnectCall(hosts, requestStream, responseStream).RunAsync(context.CancellationToken));

    public override Task<DisconnectResponse> Disconnect(DisconnectRequest request, ServerCallContext context) =>
        GuardAsync(DisconnectAsync(request, context.CancellationToken));

    public override async Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context)
    {
        int size = request.PageSize is 0 or > MaxPage ? MaxPage : (int)request.PageSize;

        // A page ends with a key, after which the next one begins: what comes and goes in between moves nothing.
        List<HostEntry> entries = [.. hosts.List()
            .Where(entry => lists(entry))
            .SkipWhile(entry => request.PageToken.Length > 0 && string.CompareOrdinal(entry.Key, request.PageToken) <= 0)
            .Take(size + 1)];
        bool more = entries.Count > size;
        if (more)
        {
            entries.RemoveAt(size);
        }

        if (request.Ping)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            limit.CancelAfter(PingLimit);
            await Task.WhenAll(entries.Select(entry => entry.PingAsync(limit.Token)));
        }

        var response = new ListHostsResponse { NextPageToken = more ? entries[^1].Key : "" };
        response.Hosts.AddRange(entries.Select(entry => entry.Describe()));
        return response;
    }

    public override async Task WatchHosts(
        WatchHostsRequest request, IServerStreamWriter<WatchHostsResponse> responseStream, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, hosts.Stopping);
        try
        {
            await new HostWatch(hosts, lists).RunAsync(responseStream, either.Token);
        }
        catch (OperationCanceledException) when (hosts.Stopping.IsCancellationRequested)
        {
            throw HostTable.StoppingFailure();
        }
    }

    public override Task Exec(
        IAsyncStreamReader<ControllerExecRequest> requestStream,
        IServerStreamWriter<ControllerExecResponse> responseStream,
        ServerCallContext context) =>
        GuardAsync(new ExecCall(hosts, requestStream, responseStream).RunAsync(context.CancellationToken));

    public override Task Run(RunRequest request, IServerStreamWriter<RunResponse> responseStream, ServerCallContext context) =>
        GuardAsync(new RunCall(hosts, request, new RunOutput(responseStream)).RunAsync(context.CancellationToken));

    public override Task<ControllerPutResponse> Put(IAsyncStreamReader<ControllerPutRequest> requestStream, ServerCallContext context) =>
        GuardAsync(new PutCall(hosts, requestStream).RunAsync(context.CancellationToken));

    public override Task Get(
        ControllerGetRequest request, IServerStreamWriter<ControllerGetResponse> responseStream, ServerCallContext context) =>
        GuardAsync(new GetCall(hosts, request, responseStream).RunAsync(context.CancellationToken));

    public override Task PutTree(
        IAsyncStreamReader<PutTreeRequest> requestStream, IServerStreamWriter<PutTreeResponse> responseStream, ServerCallContext context) =>
        GuardAsync(new PutTreeCall(hosts, requestStream, responseStream).RunAsync(context.CancellationToken));

    public override Task GetTree(
        GetTreeRequest request, IServerStreamWriter<GetTreeResponse> responseStream, ServerCallContext context) =>
        GuardAsync(new GetTreeCall(hosts, request, responseStream).RunAsync(context.CancellationToken));

    public override Task<ControllerStatResponse> Stat(ControllerStatRequest request, ServerCallContext context) =>
        GuardAsync(StatAsync(request, context.CancellationToken));

    public override Task<ControllerShutdownResponse> Shutdown(ControllerShutdownRequest request, ServerCallContext context)
    {
        stop();
        return Task.FromResult(new ControllerShutdownResponse());
    }

    private async Task<ControllerStatResponse> StatAsync(ControllerStatRequest request, CancellationToken cancellationToken)
    {
        HostRules.Check(request.Host, "host");
        CommandRules.CheckPath(request.Path, "path");
        await using FireballHost host = hosts.Use(request.Host);
        StatResponse status = await host.StatAsync(PosixText.Decode(request.Path.Span), request.Follow, cancellationToken);
        status.Entry.Path = ByteString.Empty;
        return new ControllerStatResponse { Entry = status.Entry, Uid = status.Uid, Gid = status.Gid };
    }

    private async Task<DisconnectResponse> DisconnectAsync(DisconnectRequest request, CancellationToken cancellationToken)
    {
        HostRules.Check(request.Host, "host");
        HostEntry entry = hosts.Take(HostKey.Of(request.Host))
            ?? throw Failures.Make(StatusCode.NotFound, ErrorReason.HostNotConnected, "not connected");
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
