using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Agent.Core;

/// <summary>One Exec call from its process's start to its end.</summary>
/// <remarks>
/// Nothing is sent before the process exits, has filled a buffer, or is <see cref="ProcessTable.HoldTime"/> old: so all of
/// a short command leaves in one write, and `started` of a long one is late by no more than that.
/// </remarks>
internal sealed class RunningExec(
    ChildProcess child,
    ExecStart start,
    IServerStreamWriter<ExecResponse> responses,
    TimeSpan timeout,
    TimeSpan grace)
{
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private readonly Lock _gate = new();
    private Task? _ending;
    private Status? _verdict;
    private bool _started;

    /// <summary>Runs until the process has exited and, where it had to be killed, nothing of its session is left.</summary>
    /// <returns>What the caller is told last, also where it could not be told any more.</returns>
    /// <exception cref="RpcException">The call ends otherwise than by the process's exit.</exception>
    internal async Task<ExecExited> RunAsync(
        IAsyncStreamReader<ExecRequest> requests,
        TimeProvider time,
        Action<ExecExited> ended,
        CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.UnsafeRegister(
            static state => ((RunningExec)state!).End(new Status(StatusCode.Cancelled, "the call was cancelled")), this);
        using var timer = StartTimer(time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taking = TakeRequestsAsync(requests, stop.Token);
        try
        {
            return await EndAsync(ended).ConfigureAwait(false);
        }
        finally
        {
            // No read is left behind: a server that uses its request streams again would find it under way in a later call.
            if (!taking.IsCompleted)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await taking.ConfigureAwait(false);
            }
        }
    }

    private async Task<ExecExited> EndAsync(Action<ExecExited> ended)
    {
        ExecExited? exited = null;
        try
        {
            exited = await SendOutputAsync(ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException or IOException or InvalidOperationException)
        {
            // The caller cannot be told anything any more: for the process that is as being cancelled.
            End(new Status(StatusCode.Cancelled, e.Message));
            await child.Exited.ConfigureAwait(false);
        }

        child.Abandon();
        var ending = StopEnding();
        if (exited is null)
        {
            exited = Describe(child.Exit!, outputOpen: false);
            ended(exited);
        }

        if (ending is not null)
        {
            await ending.ConfigureAwait(false);
            throw new RpcException(_verdict!.Value);
        }

        return exited;
    }

    private static ExecExited Describe(ProcessExit exit, bool outputOpen) => new()
    {
        ExitCode = (uint)exit.Code,
        Signal = (uint)exit.Signal,
        CoreDumped = exit.CoreDumped,
        OutputOpen = outputOpen,
        Usage = new ResourceUsage
        {
            UserTime = Durations.Of(exit.UserTime),
            SystemTime = Durations.Of(exit.SystemTime),
            MaxRssKib = (ulong)exit.MaxResidentKib,
            WallTime = Durations.Of(exit.WallTime),
        },
    };

    private async Task<ExecExited> SendOutputAsync(Action<ExecExited> ended)
    {
        while (true)
        {
            await child.WaitAsync().ConfigureAwait(false);
            var batch = child.Take();
            var last = batch.Segments.Count - 1;
            if (!_started)
            {
                _started = true;
                var message = new ExecResponse { Started = new ExecStarted { Pid = (uint)child.Pid } };
                await SendAsync(message, more: last >= 0 || batch.Exit is not null).ConfigureAwait(false);
            }

            for (var i = 0; i <= last; i++)
            {
                var (isError, bytes) = batch.Segments[i];

                // Not copied: it is on its way before the batch is given back.
                var data = UnsafeByteOperations.UnsafeWrap(bytes);
                var message = isError ? new ExecResponse { StderrData = data } : new ExecResponse { StdoutData = data };
                await SendAsync(message, more: i < last || batch.Exit is not null).ConfigureAwait(false);
            }

            child.Return();
            if (batch.Exit is { } exit)
            {
                var exited = Describe(exit, batch.OutputOpen);
                ended(exited);
                if (StopEnding() is null)
                {
                    await SendAsync(new ExecResponse { Exited = exited }, more: true).ConfigureAwait(false);
                }

                return exited;
            }
        }
    }

    private Task SendAsync(ExecResponse message, bool more)
    {
        responses.WriteOptions = more ? Buffered : WriteOptions.Default;
        return responses.WriteAsync(message);
    }

    private async Task TakeRequestsAsync(IAsyncStreamReader<ExecRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                await TakeAsync(requests.Current, cancellationToken).ConfigureAwait(false);
            }

            child.Input?.Dispose();
        }
        catch (RpcException e)
        {
            End(e.Status);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The call has ended, and with it this.
            child.Input?.Dispose();
        }
    }

    private async ValueTask TakeAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        switch (request.StepCase)
        {
            case ExecRequest.StepOneofCase.StdinData:
                Require(start.AttachStdin, "stdin was not announced in start");
                await WriteInputAsync(request.StdinData.Memory, cancellationToken).ConfigureAwait(false);
                break;
            case ExecRequest.StepOneofCase.EndStdin:
                child.Input?.Dispose();
                break;
            case ExecRequest.StepOneofCase.Signal:
                Require(request.Signal is > 0 and <= Signal.Max, $"there is no signal {request.Signal}");
                _ = child.Signal((int)request.Signal);
                break;
            default:
                Require(condition: false, "a request after the first is stdin, end_stdin or signal");
                break;
        }
    }

    private async ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await child.Input!.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or PosixException { Errno: Errno.EPIPE })
        {
            // The process does not want it, or said end before: as with a pipe in a shell, that is no failure of the call.
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, otherwise));
        }
    }

    private ITimer? StartTimer(TimeProvider time) => timeout == Timeout.InfiniteTimeSpan
        ? null
        : time.CreateTimer(
            static state => ((RunningExec)state!).End(
                new Status(StatusCode.DeadlineExceeded, "the command ran longer than its time-out and was killed")),
            this,
            timeout,
            Timeout.InfiniteTimeSpan);

    // The first reason counts; the ladder is climbed once.
    private void End(Status verdict)
    {
        lock (_gate)
        {
            if (_ending is null && child.Exit is null)
            {
                _verdict = verdict;
                _ending = child.TerminateAsync(grace);
            }
        }
    }

    private Task? StopEnding()
    {
        lock (_gate)
        {
            return _ending;
        }
    }
}
