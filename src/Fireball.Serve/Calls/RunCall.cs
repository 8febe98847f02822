using Fireball.Controller;
using Fireball.V1;

namespace Fireball.Serve;

/// <summary>Controller.Run: one command on many hosts, so many at a time.</summary>
internal sealed class RunCall(HostTable hosts, RunRequest request, RunOutput output)
{
    // See controller.proto.
    private const int MaxHosts = 10_000;
    private const int MaxInput = 1024 * 1024;
    private const int DefaultParallel = 64;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Check();
        var options = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = request.Parallel == 0 ? DefaultParallel : (int)Math.Min(request.Parallel, MaxHosts),
        };
        using (output)
        {
            await Parallel.ForAsync(0, request.Hosts.Count, options, RunOnAsync);
        }
    }

    private void Check()
    {
        BadRequestException.Unless(
            request.Hosts.Count is > 0 and <= MaxHosts, "hosts", $"{request.Hosts.Count}; from 1 to {MaxHosts} can be run on");
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < request.Hosts.Count; i++)
        {
            HostRules.Check(request.Hosts[i], $"hosts[{i}]");
            string key = HostKey.Of(request.Hosts[i]);
            BadRequestException.Unless(seen.TryAdd(key, i), $"hosts[{i}]", $"the same as hosts[{seen[key]}]");
        }

        CommandRules.Check(request.Command, "command");
        BadRequestException.Unless(request.Command.ExecId.IsEmpty, "command.exec_id", "one is made for each host");
        BadRequestException.Unless(
            request.StdinData.Length <= MaxInput, "stdin_data", $"{request.StdinData.Length} bytes; at most {MaxInput}");
        BadRequestException.Unless(
            request.StdinData.IsEmpty || request.Command.AttachStdin, "stdin_data", "the command is run without (command.attach_stdin)");
    }

    private async ValueTask RunOnAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            await using FireballHost host = hosts.Use(request.Hosts[index]);
            await using FireballProcess process = await host.StartAsync(
                request.Command, request.StdinData.Memory, requestsEnd: true, cancellationToken);
            await WriteAsync(new RunResponse { Started = new ExecStarted { Pid = (uint)process.Id } });
            await foreach (ExecOutput piece in process.ReadOutputAsync(cancellationToken))
            {
                ControllerExecResponse data = ExecMessages.ToResponse(piece);
                await WriteAsync(piece.IsError ? new RunResponse { StderrData = data.StderrData } : new RunResponse { StdoutData = data.StdoutData });
            }

            await WriteAsync(new RunResponse { Exited = ExecMessages.ToExited(await process.WaitAsync(cancellationToken)) });
        }
        catch (Exception failure) when (Failures.ExplainRun(failure) is not null)
        {
            await WriteAsync(new RunResponse { Failed = Failures.ExplainRun(failure) });
        }

        Task WriteAsync(RunResponse response)
        {
            response.Host = (uint)index;
            return output.WriteAsync(response, cancellationToken);
        }
    }
}
