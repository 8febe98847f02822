using System.Diagnostics;
using System.Globalization;

namespace Fireball.Zmtp.Benchmark;

/// <summary>The same measurement between two processes with pyzmq over ipc.</summary>
internal static class PyZmq
{
    /// <summary>Null where pyzmq is not installed.</summary>
    public static async Task<(double First, double Second)?> RunAsync(string kind, int size, int count)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "pyzmq_peer.py");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, kind, $"{size}", $"{count}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = (await process.StandardOutput.ReadToEndAsync()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine((await error).Trim());
            return null;
        }

        return (double.Parse(output[0], CultureInfo.InvariantCulture), double.Parse(output[1], CultureInfo.InvariantCulture));
    }
}
