using System.Buffers;
using Fireball.Rpc;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

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
        FireballProcess process = await StartAsync(command, input, cancellationToken).ConfigureAwait(false);
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
    public async Task<FireballProcess> StartAsync(
        ExecCommand command, ExecInput input = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ExecStart start = command.ToStart(input.IsUsed);
        for (int attempt = 1; ; attempt++)
        {
            CallInvoker invoker = await _link.GetInvokerAsync(cancellationToken).ConfigureAwait(false);
            var process = new FireballProcess(this, start.ExecId, cancellationToken);
            try
            {
                await process.StartAsync(invoker, start, input).ConfigureAwait(false);
                return process;
            }
            catch (RpcException failure)
            {
                await process.DisposeAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (!await MayRepeatAsync(invoker, failure, attempt, cancellationToken).ConfigureAwait(false))
                {
                    throw await ExplainAsync(start.ExecId, failure, cancellationToken).ConfigureAwait(false);
                }
            }
            catch
            {
                await process.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>What a failed exec means: asks the agent what became of it where the connection was lost.</summary>
    internal async Task<Exception> ExplainAsync(ByteString execId, RpcException failure, CancellationToken cancellationToken)
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

        if (await FindExitAsync(execId, cancellationToken).ConfigureAwait(false) is ExecExit exit)
        {
            return new ExecInterruptedException(
                Name,
                exit,
                $"connection lost ({reason}); the command ended with status {exit.ShellStatus}, its output is not complete",
                failure);
        }

        return new ExecOutcomeUnknownException(
            Name, $"connection lost ({reason}); whether the command ran to its end is unknown, it is not run again", failure);
    }

    /// <summary>
    /// How an exec ended, asked over a connection made anew where it must be. Only an agent that knows the id is
    /// believed: after a reconnection another agent may answer, and that it never saw the exec proves nothing.
    /// </summary>
    private async Task<ExecExit?> FindExitAsync(ByteString execId, CancellationToken cancellationToken)
    {
        // Long enough for one ssh connection; what can be learnt later is not worth keeping a person waiting.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            OutcomeResponse outcome = await CallAsync(
                "exec",
                (client, cancel) =>
                    client.OutcomeAsync(new OutcomeRequest { ExecId = execId }, cancellationToken: cancel).ResponseAsync,
                limit.Token).ConfigureAwait(false);
            return outcome.State == OutcomeResponse.Types.State.Exited ? ExecExit.From(outcome.Exited) : null;
        }
        catch (Exception error) when (error is FireballException or OperationCanceledException)
        {
            return null;
        }
    }
}
