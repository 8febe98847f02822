using System.Runtime.CompilerServices;
using Fireball.Rpc;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>
/// A command running on a host. Its output has to be read, else it stops when its credit is used up. Disposal kills
/// what still runs. Input, signals and output may be used from three threads at a time.
/// </summary>
public sealed class FireballProcess : IAsyncDisposable
{
    /// <summary>
    /// The most input bytes in one message: what a pipe holds by default, well below the contract's limit of 256 KiB.
    /// </summary>
    public const int MaxInputChunk = 64 * 1024;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);
    private static readonly ExecRequest EndOfInput = new() { EndStdin = new EndStdin() };

    private readonly FireballHost _host;
    private readonly CallInvoker _invoker;
    private readonly ByteString _execId;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _kill;

    // One request is written at a time.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private AsyncDuplexStreamingCall<ExecRequest, ExecResponse>? _call;
    private bool _inputEnded;
    private bool _withoutSignals;
    private ExecExit? _exit;
    private bool _ended;

    internal FireballProcess(FireballHost host, CallInvoker invoker, ByteString execId, CancellationToken cancellationToken)
    {
        _host = host;
        _invoker = invoker;
        _execId = execId;
        _callerToken = cancellationToken;
        _kill = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StandardInput = new ProcessInputStream(this);
    }

    /// <summary>Process id on the host; also the process group's and the session's.</summary>
    public int Id { get; private set; }

    /// <summary>Standard input; disposing it ends it. Each write returns when the message is on its way.</summary>
    public Stream StandardInput { get; }

    /// <summary>
    /// Reads what the command writes, in the order in which it arrives, until the command has exited. To be read once.
    /// </summary>
    public async IAsyncEnumerable<ExecOutput> ReadOutputAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is ExecResponse response)
        {
            switch (response.StepCase)
            {
                case ExecResponse.StepOneofCase.StdoutData:
                    yield return new ExecOutput(IsError: false, response.StdoutData.Memory);
                    break;
                case ExecResponse.StepOneofCase.StderrData:
                    yield return new ExecOutput(IsError: true, response.StderrData.Memory);
                    break;
                case ExecResponse.StepOneofCase.Exited:
                    _exit = ExecExit.From(response.Exited) ?? throw new ExecOutcomeUnknownException(
                        _host.Name, $"the agent says that the command ended with status {response.Exited.ExitCode} and signal {response.Exited.Signal}, as none can");
                    break;
            }
        }
    }

    /// <summary>Copies the command's output into two streams as it arrives, until it has exited.</summary>
    public async Task CopyOutputAsync(Stream standardOutput, Stream standardError, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(standardOutput);
        ArgumentNullException.ThrowIfNull(standardError);
        await foreach (ExecOutput output in ReadOutputAsync(cancellationToken).ConfigureAwait(false))
        {
            await (output.IsError ? standardError : standardOutput)
                .WriteAsync(output.Data, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How the command ended; discards output that was not read.</summary>
    public async Task<ExecExit> WaitAsync(CancellationToken cancellationToken = default)
    {
        if (_exit is null)
        {
            await foreach (ExecOutput _ in ReadOutputAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }

        return _exit ?? throw new ExecOutcomeUnknownException(
            _host.Name, "the agent ended the call without an exit status");
    }

    /// <summary>Sends a signal to the command's process group.</summary>
    /// <param name="signal">1 to 64, as on the host.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">It was said that no signal would be sent.</exception>
    public Task SignalAsync(int signal, CancellationToken cancellationToken = default) => _withoutSignals
        ? throw new InvalidOperationException("the command was started without signals, or its requests were completed")
        : WriteAsync(new ExecRequest { Signal = (uint)signal }, cancellationToken);

    /// <summary>Ends the standard input; no signal will be sent either. See <see cref="ExecInput.WithoutSignals"/>.</summary>
    public Task CompleteRequestsAsync(CancellationToken cancellationToken = default)
    {
        _inputEnded = true;
        _withoutSignals = true;
        return WriteAsync(null, cancellationToken);
    }

    /// <summary>Kills the command (TERM, 5 seconds, KILL, by the agent) and ends the call.</summary>
    public void Kill() => _kill.Cancel();

    /// <summary>Kills the command if it still runs, and frees what this holds.</summary>
    public ValueTask DisposeAsync()
    {
        _call?.Dispose();
        _kill.Dispose();
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends the start and what is known of the input in one write, and waits for "started".</summary>
    internal async Task StartAsync(CallInvoker invoker, ExecStart start, ExecInput input)
    {
        _call = invoker.StartDuplexStreaming(
            AgentService.ExecMethod, new CallOptions(cancellationToken: _kill.Token, writeOptions: Buffered));
        _inputEnded = !input.IsUsed || input.IsWhole;
        _withoutSignals = input.WithoutSignals;
        await SendStartAsync(start, input).ConfigureAwait(false);
        if (!await _call.ResponseStream.MoveNext(_kill.Token).ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.Internal, "the agent ended the call without an answer"));
        }

        if (_call.ResponseStream.Current.Started is not { Pid: > 0 and <= int.MaxValue } started)
        {
            throw new RpcException(new Status(StatusCode.Internal, "the agent's first answer was not \"started\""));
        }

        Id = (int)started.Pid;
    }

    internal async Task WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0 && !_inputEnded)
        {
            ReadOnlyMemory<byte> chunk = bytes[..Math.Min(bytes.Length, MaxInputChunk)];
            await WriteAsync(InputMessage(chunk), cancellationToken).ConfigureAwait(false);
            bytes = bytes[chunk.Length..];
        }
    }

    internal async Task EndInputAsync(CancellationToken cancellationToken)
    {
        if (_inputEnded)
        {
            return;
        }

        _inputEnded = true;
        await WriteAsync(_withoutSignals ? null : EndOfInput, cancellationToken).ConfigureAwait(false);
    }

    private static ExecRequest InputMessage(ReadOnlyMemory<byte> chunk) =>
        new() { StdinData = UnsafeByteOperations.UnsafeWrap(chunk) };

    private async Task SendStartAsync(ExecStart start, ExecInput input)
    {
        IClientStreamWriter<ExecRequest> requests = _call!.RequestStream;
        try
        {
            var messages = new Queue<ExecRequest>();
            messages.Enqueue(new ExecRequest { Start = start });
            ReadOnlyMemory<byte> rest = input.First;
            while (rest.Length > 0)
            {
                int length = Math.Min(rest.Length, MaxInputChunk);
                messages.Enqueue(InputMessage(rest[..length]));
                rest = rest[length..];
            }

            bool complete = _inputEnded && _withoutSignals;
            if (input is { IsUsed: true, IsWhole: true } && !complete)
            {
                messages.Enqueue(EndOfInput);
            }

            while (messages.TryDequeue(out ExecRequest? message))
            {
                requests.WriteOptions = messages.Count > 0 || complete ? Buffered : null;
                await requests.WriteAsync(message, _kill.Token).ConfigureAwait(false);
            }

            if (complete)
            {
                await requests.CompleteAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or RpcException)
        {
            // The call has ended already; how, is for the response stream to say.
        }
    }

    // Null: the half-close.
    private async Task WriteAsync(ExecRequest? request, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IClientStreamWriter<ExecRequest> requests = _call!.RequestStream;
            await (request is null ? requests.CompleteAsync() : requests.WriteAsync(request, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidOperationException or RpcException)
        {
            // As a pipe without a reader, but the writer is not killed for it: the command's end is told by its output's end.
            _inputEnded = true;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<ExecResponse?> NextAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return null;
        }

        try
        {
            if (await _call!.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                return _call.ResponseStream.Current;
            }

            _ended = true;
            return null;
        }
        catch (RpcException failure)
        {
            _ended = true;
            _callerToken.ThrowIfCancellationRequested();
            cancellationToken.ThrowIfCancellationRequested();
            _kill.Token.ThrowIfCancellationRequested();
            if (_exit is not null)
            {
                // The status is known; only the call's own end was lost.
                return null;
            }

            // It was started; an agent that says otherwise is not believed.
            throw await _host.ExplainAsync(_execId, _invoker, failure, cancellationToken).ConfigureAwait(false)
                ?? _host.Unknown(failure);
        }
    }
}
