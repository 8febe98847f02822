using Fireball.Linux;
using Fireball.V1;
using Grpc.Core;
using Contract = Fireball.V1.AgentService;

namespace Fireball.Agent.Core;

/// <summary>The service `fireball.v1.AgentService`, whatever transport it is reached by.</summary>
[BindServiceMethod(typeof(AgentBinding), nameof(AgentBinding.BindService))]
public sealed partial class AgentCalls : Contract.AgentServiceBase
{
    // A Ping's payload is for measuring; more than one chunk measures nothing else.
    private const int MaxPingPayload = 64 * 1024;

    private readonly AgentServiceOptions _options;
    private readonly ExecOutcomes _outcomes;
    private readonly long _startedAt;
    private int _leaving;

    /// <summary>A service with nothing running yet.</summary>
    public AgentCalls(AgentServiceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _outcomes = new ExecOutcomes(options.TimeProvider);
        Activity = new CallActivity(options.TimeProvider);
        _startedAt = options.TimeProvider.GetTimestamp();
    }

    /// <summary>Whether it is used.</summary>
    public CallActivity Activity { get; }

    /// <inheritdoc/>
    public override async Task Exec(
        IAsyncStreamReader<ExecRequest> requestStream,
        IServerStreamWriter<ExecResponse> responseStream,
        ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(requestStream);
        ArgumentNullException.ThrowIfNull(context);
        using var active = Activity.Enter();
        if (!await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false)
            || requestStream.Current.Start is not { } start)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the first request is not start"));
        }

        context.CancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _leaving) != 0)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the agent is leaving"));
        }

        // All that can be wrong with it, before there is a process.
        var timeout = ExecRequestReader.Timeout(start);
        var id = ExecRequestReader.Id(start.ExecId);
        if (!id.IsEmpty && !_outcomes.TryBegin(id))
        {
            throw new RpcException(new Status(StatusCode.AlreadyExists, "this exec_id was used before"));
        }

        ChildProcess child;
        try
        {
            child = Start(start);
        }
        catch
        {
            _outcomes.NotStarted(id);
            throw;
        }

        var call = new RunningExec(child, start, responseStream, timeout, _options.TerminationGrace);
        await call.RunAsync(
            requestStream,
            _options.TimeProvider,
            exited =>
            {
                if (!id.IsEmpty)
                {
                    _outcomes.Ended(id, exited);
                }
            },
            context.CancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<OutcomeResponse> Outcome(OutcomeRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var active = Activity.Enter();
        if (request.ExecId.Length != ExecRequestReader.IdLength)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "exec_id is not 16 bytes"));
        }

        if (request.Wait)
        {
            ArgumentNullException.ThrowIfNull(context);
            await _outcomes.WaitAsync(request.ExecId, context.CancellationToken).ConfigureAwait(false);
        }

        var outcome = _outcomes.Find(request.ExecId);
        outcome.Socket = _options.Socket;
        return outcome;
    }

    /// <inheritdoc/>
    public override Task<PingResponse> Ping(PingRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var active = Activity.Enter();
        if (request.Payload.Length > MaxPingPayload)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "payload is longer than 64 KiB"));
        }

        return Task.FromResult(new PingResponse
        {
            Payload = request.Payload,
            Version = _options.Version,
            Pid = (uint)Environment.ProcessId,
            Uptime = Durations.Of(_options.TimeProvider.GetElapsedTime(_startedAt)),
            Running = (uint)_options.Processes.RunningCount,
            RssKib = (ulong)(Environment.WorkingSet / 1024),
        });
    }

    /// <inheritdoc/>
    public override async Task<ShutdownResponse> Shutdown(ShutdownRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var active = Activity.Enter();
        var killed = await KillAllAsync().ConfigureAwait(false);
        _options.ShutdownRequested?.Invoke(request.RemoveExecutable);
        return new ShutdownResponse { Killed = (uint)killed };
    }

    /// <summary>
    /// Starts no command any more and ends all that run, with their sessions, and what they left behind and was not asked
    /// to stay.
    /// </summary>
    /// <returns>How many process groups there were to end.</returns>
    public async Task<int> KillAllAsync()
    {
        Volatile.Write(ref _leaving, 1);
        var running = _options.Processes.Running;
        var groups = Remaining().Select(process => process.Group)
            .Concat(running.Select(child => child.Pid))
            .Distinct()
            .Count();
        await Task.WhenAll(running.Select(child => child.TerminateAsync(_options.TerminationGrace)))
            .ConfigureAwait(false);
        await ProcessTree.TerminateAsync(Remaining, _options.TerminationGrace).ConfigureAwait(false);
        return groups;
    }

    private static List<ProcessEntry> Remaining() =>
        [.. ProcessTree.Descendants().Where(process => !ProcessTree.IsDetached(process))];

    private ChildProcess Start(ExecStart start)
    {
        var changes = ExecRequestReader.Changes(start);
        using var changed = changes.Count > 0 ? _options.Environment.With(changes) : null;
        try
        {
            return _options.Processes.Start(ExecRequestReader.Read(start, changed ?? _options.Environment));
        }
        catch (SpawnException e)
        {
            throw new RpcException(new Status(Code(e), e.Message));
        }
    }

    private static StatusCode Code(SpawnException failure) => failure.Failure switch
    {
        SpawnFailure.NotFound => StatusCode.NotFound,
        SpawnFailure.NotExecutable => StatusCode.PermissionDenied,
        SpawnFailure.WorkingDirectory when failure.Errno is Errno.ENOENT or Errno.ENOTDIR => StatusCode.NotFound,
        SpawnFailure.WorkingDirectory => StatusCode.PermissionDenied,
        SpawnFailure.Resources => StatusCode.ResourceExhausted,
        _ => StatusCode.InvalidArgument,
    };
}
