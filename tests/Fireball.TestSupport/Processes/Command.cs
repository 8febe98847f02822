using System.Diagnostics;

namespace Fireball.TestSupport;

/// <summary>Runs a program of the system to its end.</summary>
/// <remarks>
/// By System.Diagnostics.Process, as all in tests/ and tools/ that start programs, while src/ has a spawner of its own: what is
/// tested and measured does not start its own tests, and nothing here needs a session, exact descriptors or a short start.
/// </remarks>
public static class Command
{
    /// <summary>What a program left.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Error);

    /// <summary>Runs it with this input (null: none) and collects both outputs.</summary>
    public static async Task<Outcome> RunAsync(
        string program, IEnumerable<string> arguments, string? input = null, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(Requirements.Find(program) ?? program)
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

        using var process = Process.Start(start)!;
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>As <see cref="RunAsync"/>, but failing with the program's words unless it exits with 0.</summary>
    public static async Task<string> CheckAsync(string program, params string[] arguments)
    {
        var outcome = await RunAsync(program, arguments);
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {outcome.Error.Trim()}");
    }
}
