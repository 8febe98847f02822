using Fireball.V1;
using Google.Protobuf;

namespace Fireball.TestSupport;

/// <summary>
/// An agent that runs nothing, and whose processes end as soon as it is asked to leave: "cat" gives its input back, "hang"
/// waits to be cancelled, "flood" prints until it is, "missing" is not found, "forbidden" not executable, "twice" known
/// already, "slow" killed at its time-out; anything else prints its words. The exit status is the number of words.
/// </summary>
public class FakeAgent : V1.AgentService.AgentServiceBase
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _flooded;
    private int _started;

    public int Started => Volatile.Read(ref _started);

    /// <summary>Every id that an exec came with.</summary>
    public IList<ByteString> Ids { get; } = [];

    /// <summary>Done once instead of starting the next command, which then stays without an answer.</summary>
    public Action? BeforeStart { get; set; }

    /// <summary>Told the session over which it is asked to leave.</summary>
    public Action<string>? Leave { get; set; }

    public Task Cancelled => _cancelled.Task;

    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Shutdowns { get; private set; }

    /// <summary>Bytes that "flood" got rid of.</summary>
    public long Flooded => Interlocked.Read(ref _flooded);

    public Func<OutcomeResponse> OnOutcome { get; set; } = () => new OutcomeResponse { State = OutcomeResponse.Types.State.NotStarted };

    public override async Task Exec(
        IAsyncStreamReader<ExecRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        ExecStart start = requestStream.Current.Start;
        lock (Ids)
        {
            Ids.Add(start.ExecId);
        }

        string[] words = start.Argv is [] ? [start.Shell.ToStringUtf8()] : [.. start.Argv.Select(word => word.ToStringUtf8())];
        if (BeforeStart is { } pause)
        {
            BeforeStart = null;
            pause();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        if (Refusal(words[0]) is { } refusal)
        {
            throw new RpcException(refusal);
        }

        Interlocked.Increment(ref _started);
        await responseStream.WriteAsync(new ExecResponse { Started = new ExecStarted { Pid = 7 } });
        switch (words[0])
        {
            case "hang":
                using (context.CancellationToken.Register(() => _cancelled.TrySetResult()))
                {
                    Hanging.TrySetResult();
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }

                break;
            case "flood":
                using (context.CancellationToken.Register(() => _cancelled.TrySetResult()))
                {
                    for (byte[] chunk = new byte[64 * 1024]; ; Interlocked.Add(ref _flooded, chunk.Length))
                    {
                        await responseStream.WriteAsync(
                            new ExecResponse { StdoutData = UnsafeByteOperations.UnsafeWrap(chunk) }, context.CancellationToken);
                    }
                }

            case "cat":
                while (await requestStream.MoveNext(context.CancellationToken)
                    && requestStream.Current.StepCase == ExecRequest.StepOneofCase.StdinData)
                {
                    await responseStream.WriteAsync(new ExecResponse { StdoutData = requestStream.Current.StdinData });
                }

                break;
            default:
                await responseStream.WriteAsync(new ExecResponse { StdoutData = ByteString.CopyFromUtf8(string.Join(' ', words)) });
                await responseStream.WriteAsync(new ExecResponse { StderrData = ByteString.CopyFromUtf8("err") });
                break;
        }

        await responseStream.WriteAsync(new ExecResponse { Exited = new ExecExited { ExitCode = (uint)words.Length } });
    }

    public override Task<OutcomeResponse> Outcome(OutcomeRequest request, ServerCallContext context) => Task.FromResult(OnOutcome());

    public override Task<PingResponse> Ping(PingRequest request, ServerCallContext context) =>
        Task.FromResult(new PingResponse { Version = "0.1.0", Pid = 42 });

    public override Task<ShutdownResponse> Shutdown(ShutdownRequest request, ServerCallContext context)
    {
        Shutdowns++;
        Leave?.Invoke(context.Peer);
        return Task.FromResult(new ShutdownResponse { Killed = 3 });
    }

    private static Status? Refusal(string word) => word switch
    {
        "missing" => new Status(StatusCode.NotFound, "missing: No such file or directory"),
        "forbidden" => new Status(StatusCode.PermissionDenied, "forbidden: Permission denied"),
        "twice" => new Status(StatusCode.AlreadyExists, "this exec_id was used before"),
        "slow" => new Status(StatusCode.DeadlineExceeded, "the command ran longer than its time-out and was killed"),
        _ => null,
    };
}
