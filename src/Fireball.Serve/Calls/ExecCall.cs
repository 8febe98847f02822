using Fireball.Controller;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// Controller.Exec: one command on one host. Nothing is queued here: a caller who reads slowly makes the command wait, and
/// a command that reads slowly the caller.
/// </summary>
internal sealed class ExecCall(
    HostTable hosts, IAsyncStreamReader<ControllerExecRequest> requests, IServerStreamWriter<ControllerExecResponse> responses)
{
    /// <summary>Bytes of standard input in one request (controller.proto).</summary>
    private const int MaxInput = 256 * 1024;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private bool _takesInput;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        BadRequestException.Unless(
            await requests.MoveNext(cancellationToken) && requests.Current.Start is not null, "start", "missing; it is the first request");
        ControllerExecStart start = requests.Current.Start;
        HostRules.Check(start.Host, "host");
        CommandRules.Check(start.Command, "command");
        _takesInput = start.Command.AttachStdin;

        await using FireballHost host = hosts.Use(start.Host);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> next = requests.MoveNext(over.Token);
        try
        {
            // What of the input has come already leaves together with the start: one round trip less.
            ReadOnlyMemory<byte> input = default;
            if (next.IsCompletedSuccessfully && await next && requests.Current.StepCase == ControllerExecRequest.StepOneofCase.StdinData)
            {
                input = Input(requests.Current.StdinData);
                next = requests.MoveNext(over.Token);
            }

            bool whole = next.IsCompletedSuccessfully && !await next;
            await using FireballProcess process = await host.StartAsync(start.Command, input, whole, cancellationToken);
            await ConverseAsync(process, next, over);
        }
        finally
        {
            // Nothing may be read from a call that has ended.
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Passes requests and output on until the command has ended, or the caller has done wrong.</summary>
    private async Task ConverseAsync(FireballProcess process, Task<bool> next, CancellationTokenSource over)
    {
        Task input = PassRequestsAsync(process, next, over.Token);
        Task output = PassOutputAsync(process, over.Token);
        if (await Task.WhenAny(input, output) == input && input.IsFaulted)
        {
            process.Kill();
            await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await input;
        }

        try
        {
            await output;
        }
        finally
        {
            await over.CancelAsync();
            await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassRequestsAsync(FireballProcess process, Task<bool> next, CancellationToken over)
    {
        for (; await next; next = requests.MoveNext(over))
        {
            ControllerExecRequest request = requests.Current;
            switch (request.StepCase)
            {
                case ControllerExecRequest.StepOneofCase.StdinData:
                    await process.StandardInput.WriteAsync(Input(request.StdinData), over);
                    break;
                case ControllerExecRequest.StepOneofCase.EndStdin:
                    await process.StandardInput.DisposeAsync();
                    break;
                case ControllerExecRequest.StepOneofCase.Signal:
                    BadRequestException.Unless(request.Signal is > 0 and <= Signal.Max, "signal", $"not within 1 to {Signal.Max}");
                    await process.SignalAsync((int)request.Signal, over);
                    break;
                case ControllerExecRequest.StepOneofCase.Start:
                    throw new BadRequestException("start", "not the first request");
                default:
                    throw new BadRequestException("step", "missing");
            }
        }

        await process.CompleteRequestsAsync(over);
    }

    private async Task PassOutputAsync(FireballProcess process, CancellationToken over)
    {
        await using IAsyncEnumerator<ExecOutput> outputs = process.ReadOutputAsync(over).GetAsyncEnumerator(over);
        ValueTask<bool> next = outputs.MoveNextAsync();

        // It leaves together with what has come with it.
        responses.WriteOptions = next.IsCompleted ? Buffered : null;
        await responses.WriteAsync(new ControllerExecResponse { Started = new ExecStarted { Pid = (uint)process.Id } }, over);
        responses.WriteOptions = null;
        for (; await next; next = outputs.MoveNextAsync())
        {
            await responses.WriteAsync(ExecMessages.ToResponse(outputs.Current), over);
        }

        // It leaves together with the call's end.
        responses.WriteOptions = Buffered;
        await responses.WriteAsync(new ControllerExecResponse { Exited = ExecMessages.ToExited(await process.WaitAsync(over)) }, over);
    }

    private ReadOnlyMemory<byte> Input(ByteString bytes)
    {
        BadRequestException.Unless(_takesInput, "stdin_data", "the command was started without (command.attach_stdin)");
        BadRequestException.Unless(bytes.Length <= MaxInput, "stdin_data", $"{bytes.Length} bytes; at most {MaxInput} in one request");
        return bytes.Memory;
    }
}
