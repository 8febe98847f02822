using System.Diagnostics;
using Fireball.Posix;

namespace Fireball.Serve.Client;

/// <summary>Reaches the background process; starts it where it is not there.</summary>
public sealed class ServeStarter
{
    /// <summary>What a started process says on its standard output when it listens.</summary>
    public const string ReadyLine = "ready";

    private readonly ServePaths _paths;
    private readonly string _program;
    private readonly IReadOnlyList<string> _arguments;

    /// <summary>Nothing is started before the first connection.</summary>
    /// <param name="paths">Where it listens.</param>
    /// <param name="program">The program to start.</param>
    /// <param name="arguments">With these arguments it listens there, says <see cref="ReadyLine"/> and detaches.</param>
    public ServeStarter(ServePaths paths, string program, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _paths = paths;
        _program = program;
        _arguments = arguments;
    }

    /// <summary>Connects to the process that is there; null: there is none.</summary>
    /// <exception cref="IOException">The directory or the listener is not this user's.</exception>
    public Descriptor? TryConnect()
    {
        if (UserDirectory.WhyNotPrivate(_paths.Directory) is { } reason)
        {
            return Directory.Exists(_paths.Directory)
                ? throw new IOException($"{_paths.Directory} {reason}; remove it, or set XDG_RUNTIME_DIR")
                : null;
        }

        return ServeSocket.TryConnect(_paths.Socket);
    }

    /// <summary>Connects; starts the process where it is not there. Of many at once one starts it, the others wait.</summary>
    /// <exception cref="IOException">It could not be started; with its own words.</exception>
    public async Task<Descriptor> ConnectAsync(CancellationToken cancellationToken)
    {
        if (TryConnect() is { } running)
        {
            return running;
        }

        _paths.EnsureDirectory();
        using FileLock turn = await Task.Run(() => FileLock.Take(_paths.StartLock), cancellationToken).ConfigureAwait(false);
        if (TryConnect() is { } startedByAnother)
        {
            return startedByAnother;
        }

        await StartAsync(cancellationToken).ConfigureAwait(false);
        return TryConnect() ?? throw new IOException("the background process ended right after its start");
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_program, _arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start) ?? throw new IOException($"cannot start {_program}");
        process.StandardInput.Close();

        // It closes both when it listens, or when it ends without.
        Task<string> words = process.StandardError.ReadToEndAsync(cancellationToken);
        string said = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        if (said.TrimEnd() != ReadyLine)
        {
            string why = (await words.ConfigureAwait(false)).Trim();
            throw new IOException($"the background process did not start: {(why.Length > 0 ? why : "no reason given")}");
        }
    }
}
