using System.Net.Sockets;
using Fireball.Linux;
using Fireball.Programs;

namespace Fireball.Serve.Client;

/// <summary>Reaches the background process; starts it where it is not there.</summary>
public sealed class ServeStarter
{
    /// <summary>What a started process says on its standard output when it listens.</summary>
    public const string ReadyLine = "ready";

    private readonly ServePaths _paths;
    private readonly string _program;
    private readonly IReadOnlyList<string> _arguments;

    /// <summary>What a start may take, another command's too: 30 s. It takes some 50 ms, and so long only where its process is stopped.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(30);

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
        if (PrivateDirectory.WhyNotOwn(_paths.Directory) is { } reason)
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
        using FileLock turn = await InTimeAsync(
            Task.Run(() => FileLock.Take(_paths.StartLock), cancellationToken),
            $"another command, which has {_paths.StartLock} locked, starts the background process and does not go on; it may be stopped",
            cancellationToken).ConfigureAwait(false);
        if (TryConnect() is { } startedByAnother)
        {
            return startedByAnother;
        }

        await StartAsync(cancellationToken).ConfigureAwait(false);
        return TryConnect() ?? throw new IOException("the background process ended right after its start");
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        using SocketChild process = Start();

        // Reaped whenever it ends, which may be long after this.
        _ = process.WaitAsync();

        // It closes both when it listens, or when it ends without.
        Task<string> words = ReadToEndAsync(process.Error, cancellationToken);
        Task<string> output = ReadToEndAsync(process.Channel, cancellationToken);
        process.Channel.Shutdown(SocketShutdown.Send);
        string said = await InTimeAsync(output, "the background process did not say that it is ready", cancellationToken).ConfigureAwait(false);
        if (said.TrimEnd() != ReadyLine)
        {
            string why = (await words.ConfigureAwait(false)).Trim();
            throw new IOException($"the background process did not start: {(why.Length > 0 ? why : "no reason given")}");
        }
    }

    private SocketChild Start()
    {
        using var environment = EnvironmentBlock.FromProcess();
        try
        {
            return SocketChild.Start(SpawnRequest.Of([_program, .. _arguments], environment));
        }
        catch (SpawnException failure)
        {
            throw new IOException($"the background process did not start: {failure.Message}", failure);
        }
    }

    // A command waits for another process here, which may have been stopped.
    private async Task<T> InTimeAsync<T>(Task<T> waiting, string otherwise, CancellationToken cancellationToken)
    {
        try
        {
            return await waiting.WaitAsync(StartTime, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new IOException($"{otherwise} ({StartTime.TotalSeconds:0.#} s)", late);
        }
    }

    private static async Task<string> ReadToEndAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
