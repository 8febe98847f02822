using System.Buffers;
using Fireball.Rpc;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Polly.Timeout;

namespace Fireball.Controller;

/// <content>Running commands.</content>
public sealed partial class FireballHost
{
    /// <summary>
    /// The most output that <see cref="ExecAsync"/> collects, bytes: arbitrary; more belongs into a file or a stream.
    /// </summary>
    public const int MaxCollectedOutput = 256 * 1024 * 1024;

    /// <summary>Runs a command to its end and collects its output.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="standardInput">Its whole standard input; null: none (/dev/null).</param>
    /// <param name="cancellationToken">Kills the command.</param>
    /// <exception cref="ExecNotStartedException">Nothing was run.</exception>
    /// <exception cref="ExecOutcomeUnknownException">The connection was lost; it may have run.</exception>
    /// <exception cref="ExecInterruptedException">The connection was lost, but how it ended is known.</exception>
    /// <exception cref="ExecTimeoutException">It was killed at its time-out.</exception>
    public async Task<ExecResult> ExecAsync(
        ExecCommand command, ReadOnlyMemory<byte>? standardInput = null, CancellationToken cancellationToken = default)
    {
        var input = standardInput is { } bytes ? ExecInput.Whole(bytes) : ExecInput.None;
        FireballProcess process = await StartAsync(command, input with { WithoutSignals = true }, cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            var stdout = new ArrayBufferWriter<byte>();
            var stderr = new ArrayBufferWriter<byte>();
            await foreach (ExecOutput output in process.ReadOutputAsync(cancellationToken).ConfigureAwait(false))
            {
                if (stdout.WrittenCount + stderr.WrittenCount + output.Data.Length > MaxCollectedOutput)
                {
                    throw new FireballException(
                        Name, "exec", $"more than {MaxCollectedOutput >> 20} MiB of output; stream it instead");
                }

                (output.IsError ? stderr : stdout).Write(output.Data.Span);
            }

            ExecExit exit = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new ExecResult(exit, stdout.WrittenMemory, stderr.WrittenMemory);
        }
    }

    /// <summary>Starts a command; the result streams its input and output.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="input">Whether it has a standard input, and what of it is known; leaves together with the start.</param>
    /// <param name="cancellationToken">Kills the command, also after this method has returned.</param>
    /// <exception cref="ExecNotStartedException">Nothing was run.</exception>
    /// <exception cref="ExecOutcomeUnknownException">The connection was lost; it may have run.</exception>
    public Task<FireballProcess> StartAsync(
        ExecCommand command, ExecInput input = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return StartAsync(_ => command.ToStart(input.IsUsed), input, cancellationToken);
    }

    /// <summary>As above, of a command as the contract has it, every byte of it.</summary>
    /// <param name="command">
    /// What to run; not changed. Its exec_id, where it has one, names the first attempt; others get ids of their own.
    /// </param>
    /// <param name="input">The first bytes of its input, where it has one; leave together with the start.</param>
    /// <param name="requestsEnd">Nothing follows, no signal either.</param>
    /// <param name="cancellationToken">Kills the command, also after this method has returned.</param>
    /// <exception cref="ExecNotStartedException">Nothing was run.</exception>
    /// <exception cref="ExecOutcomeUnknownException">The connection was lost; it may have run.</exception>
    public Task<FireballProcess> StartAsync(
        ExecStart command, ReadOnlyMemory<byte> input, bool requestsEnd, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return StartAsync(
            attempt =>
            {
                ExecStart start = command.Clone();
                if (attempt > 1 || start.ExecId.IsEmpty)
                {
                    start.ExecId = ExecCommand.NewId();
                }

                return start;
            },
            new ExecInput(command.AttachStdin, input, requestsEnd) { WithoutSignals = requestsEnd },
            cancellationToken);
    }

    private async Task<FireballProcess> StartAsync(
        Func<int, ExecStart> makeStart, ExecInput input, CancellationToken cancellationToken)
    {
        // By hand, as InvokeAsync's loop; see ConnectPolicy.
        int made = 1;
        ExecStart start = makeStart(made);
        for (int attempt = 1; ; attempt++)
        {
            CallInvoker invoker = await _link.GetInvokerAsync(cancellationToken).ConfigureAwait(false);
            var process = new FireballProcess(this, invoker, start.ExecId, cancellationToken);
            try
            {
                await process.StartAsync(invoker, start, input).ConfigureAwait(false);
                return process;
            }
            catch (RpcException failure)
            {
                await process.DisposeAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (await MayRepeatAsync(invoker, failure, attempt, cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }

                FireballException? reason =
                    await ExplainAsync(start.ExecId, invoker, failure, cancellationToken).ConfigureAwait(false);
                if (reason is not null || attempt >= ConnectPolicy.StartAttempts)
                {
                    throw reason ?? Unknown(failure);
                }

                // The agent that it was sent to has not started it, and now refuses this id.
                start = makeStart(++made);
            }
            catch
            {
                await process.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>
    /// What a failed exec means: asks the agent what became of it where the connection was lost. Null: it was not started,
    /// and may be sent again.
    /// </summary>
    internal async Task<FireballException?> ExplainAsync(
        ByteString execId, CallInvoker used, RpcException failure, CancellationToken cancellationToken)
    {
        string reason = failure.Status.Detail;
        if (NotStarted.Applies(failure))
        {
            return new ExecNotStartedException(Name, ExecRefusal.Other, reason, failure);
        }

        switch (failure.StatusCode)
        {
            case StatusCode.NotFound:
                return new ExecNotStartedException(Name, ExecRefusal.NotFound, reason, failure);
            case StatusCode.PermissionDenied:
                return new ExecNotStartedException(Name, ExecRefusal.NotExecutable, reason, failure);
            case StatusCode.DeadlineExceeded:
                return new ExecTimeoutException(Name, reason, failure);
        }

        if (!CallOutcome.IsLost(failure))
        {
            return new ExecNotStartedException(Name, ExecRefusal.Other, reason, failure);
        }

        switch (await FindOutcomeAsync(execId, cancellationToken).ConfigureAwait(false))
        {
            case { State: OutcomeResponse.Types.State.Exited } outcome when ExecExit.From(outcome.Exited) is { } exit:
                return new ExecInterruptedException(
                    Name,
                    exit,
                    $"connection lost ({reason}); the command ended with status {exit.ShellStatus}, its output is not complete",
                    failure);

            // Only the agent that it was sent to can know this: that another one never saw it proves nothing.
            case { State: OutcomeResponse.Types.State.NotStarted } outcome
                when _link.AgentOf(used, failure) is { } agent && outcome.Socket.ToStringUtf8() == agent:
                return null;
            default:
                return Unknown(failure);
        }
    }

    /// <summary>The failure of an exec of which nothing more can be learnt.</summary>
    internal ExecOutcomeUnknownException Unknown(RpcException failure) => new(
        Name,
        $"connection lost ({failure.Status.Detail}); whether the command ran to its end is unknown, it is not run again",
        failure);

    /// <summary>What became of an exec, asked over a connection made anew where it must be; null: no agent says.</summary>
    private async Task<OutcomeResponse?> FindOutcomeAsync(ByteString execId, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectPolicy.Within(ConnectPolicy.OutcomeLimit).ExecuteAsync(
                async limited => await CallAsync(
                    "exec",
                    (client, cancel) => client.OutcomeAsync(
                        new OutcomeRequest { ExecId = execId, Wait = true }, cancellationToken: cancel).ResponseAsync,
                    limited).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FireballException or TimeoutRejectedException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
