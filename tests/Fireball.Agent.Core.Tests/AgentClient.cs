using Fireball.Controller;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Agent.Core.Tests;

/// <summary>An owner of a real agent.</summary>
internal sealed class AgentClient : IAsyncDisposable
{
    private readonly AgentChannel _channel;

    internal AgentClient(AgentChannel channel)
    {
        _channel = channel;
        Calls = new AgentService.AgentServiceClient(channel.Invoker);
        Host = FireballHost.FromInvoker(channel.Invoker, "agent");
    }

    internal AgentService.AgentServiceClient Calls { get; }

    /// <summary>Calls of any kind, right or wrong.</summary>
    internal CallInvoker Invoker => _channel.Invoker;

    /// <summary>The same agent as the library has it.</summary>
    internal FireballHost Host { get; }

    internal static ExecStart Shell(string line) => new() { Shell = ByteString.CopyFromUtf8(line) };

    internal AsyncDuplexStreamingCall<ExecRequest, ExecResponse> Exec(CancellationToken cancellationToken = default) =>
        Calls.Exec(cancellationToken: cancellationToken);

    /// <summary>Runs a command to its end, with this as its whole input.</summary>
    internal async Task<ExecResult> RunAsync(ExecStart start, byte[]? input = null)
    {
        using var call = Exec();
        start.AttachStdin = input is not null;
        await call.RequestStream.WriteAsync(new ExecRequest { Start = start });
        var writing = WriteAsync(call, input);
        var result = await ReadAsync(call);
        await writing;
        return result;
    }

    internal static async Task<ExecResult> ReadAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call)
    {
        var result = new ExecResult();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            result.Add(response);
        }

        return result;
    }

    // Beside the reading: a command that answers while it reads is held up until its answer is taken.
    private static async Task WriteAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call, byte[]? input)
    {
        foreach (var chunk in (input ?? []).Chunk(64 * 1024))
        {
            await call.RequestStream.WriteAsync(new ExecRequest { StdinData = ByteString.CopyFrom(chunk) });
        }

        await call.RequestStream.CompleteAsync();
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
