using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller.Tests;

/// <summary>
/// An agent that runs nothing, and whose processes end as soon as it is asked to leave: "cat" gives its input back, "hang" waits to be cancelled, "missing" is not found,
/// anything else prints its words; the exit status is the number of words.
/// </summary>
internal sealed class FakeAgent : V1.Agent.AgentBase
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Started { get; private set; }

    /// <summary>Every id that an exec came with.</summary>
    public List<ByteString> Ids { get; } = [];

    /// <summary>Done once instead of starting the next command, which then stays without an answer.</summary>
    public Action? BeforeStart { get; set; }

    /// <summary>Told the session over which it is asked to leave.</summary>
    public Action<string>? Leave { get; set; }

    public Task Cancelled => _cancelled.Task;

    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Shutdowns { get; private set; }

    public Func<OutcomeResponse> OnOutcome { get; set; } = () => new OutcomeResponse { State = OutcomeResponse.Types.State.NotStarted };

    public override async Task Exec(
        IAsyncStreamReader<ExecRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        ExecStart start = requestStream.Current.Start;
        Ids.Add(start.ExecId);
        string[] words = [.. start.Argv.Select(word => word.ToStringUtf8())];
        if (BeforeStart is { } pause)
        {
            BeforeStart = null;
            pause();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        if (words[0] == "missing")
        {
            throw new RpcException(new Status(StatusCode.NotFound, "missing: No such file or directory"));
        }

        Started++;
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
            case "cat":
                while (await requestStream.MoveNext(context.CancellationToken)
                    && requestStream.Current.StepCase == ExecRequest.StepOneofCase.Stdin)
                {
                    await responseStream.WriteAsync(new ExecResponse { Stdout = requestStream.Current.Stdin });
                }

                break;
            default:
                await responseStream.WriteAsync(new ExecResponse { Stdout = ByteString.CopyFromUtf8(string.Join(' ', words)) });
                await responseStream.WriteAsync(new ExecResponse { Stderr = ByteString.CopyFromUtf8("err") });
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
}
