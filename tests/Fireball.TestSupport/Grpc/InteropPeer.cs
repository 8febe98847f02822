using System.Diagnostics;

namespace Fireball.TestSupport;

/// <summary>A process of another language's gRPC, spoken to in lines.</summary>
public sealed class InteropPeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private InteropPeer(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static InteropPeer Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new InteropPeer(Process.Start(start)!);
    }

    /// <summary>The next line it prints; its end is a failure that shows what it said on stderr.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"The peer ended: {await _errors}");

    /// <summary>Has it run a case as client; what it answers is "ok", or what went wrong.</summary>
    public async Task<string> RunAsync(string name)
    {
        await _process.StandardInput.WriteLineAsync(name);
        await _process.StandardInput.FlushAsync();
        return await ReadLineAsync();
    }

    public ValueTask DisposeAsync() => new(Processes.EndAsync(_process));
}
