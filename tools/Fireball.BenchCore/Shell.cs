using System.Diagnostics;

namespace Fireball.BenchCore;

/// <summary>Runs other programs as a person would, and takes the time.</summary>
internal static class Shell
{
    /// <summary>Runs a line of shell to its end; its output is discarded, a failure is not.</summary>
    public static async Task RunAsync(string line) => _ = await ReadAsync(line);

    /// <summary>As <see cref="RunAsync"/>; returns what it printed.</summary>
    public static async Task<string> ReadAsync(string line)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"exit status {process.ExitCode}: {line}\n{await error}");
        }

        return output;
    }

    /// <summary>Spawns a program directly, output to /dev/null, as cheaply as a shell would, and awaits it.</summary>
    public static Task SpawnAsync(string path, params string[] arguments)
    {
        var status = SpawnFloor.Run(path, [path, .. arguments], "/dev/null");
        return status == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException($"wait status {status}: {path} {string.Join(' ', arguments)}");
    }

    /// <summary>Seconds that an operation takes.</summary>
    public static async Task<double> SecondsAsync(Func<Task> operation)
    {
        var start = Stopwatch.GetTimestamp();
        await operation();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
