using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// A fireball-serve of this run's own, in a runtime directory of its own: commands that are given that directory use it
/// instead of the user's background process, which is never touched. It ends when this process does, however that happens;
/// disposal ends it, and the agents that it has started.
/// </summary>
internal sealed class ServingProcess : IAsyncDisposable
{
    private const string RuntimeVariable = "XDG_RUNTIME_DIR";

    // sockaddr_un has 108 bytes, the last one NUL. What is made in the directory is fireball/VERSION-BUILD (16 digits) and a
    // little; where that does not fit, fireball goes to the user's usual place.
    private const int MaxDirectoryLength = 108 - 48;

    // What it says when it listens, and what the shell says of it.
    private const string Listening = "listening on ";
    private const string PidMark = "pid ";
    private const string EndMark = "ended";

    // It lives as long as this shell's standard input, which is ours. A shell gives what it runs in the background
    // /dev/null as standard input; so the descriptor is kept.
    private const string KeepScript =
        $$"""exec 3<&0; "$0" 3<&- & p=$!; echo "{{PidMark}}$p"; { cat <&3; kill $p; } >/dev/null 2>&1 & wait $p; echo {{EndMark}}""";

    private readonly SocketChild _keeper;
    private readonly Task _log;

    private ServingProcess(SocketChild keeper, Task log, string command, string directory, EnvironmentBlock environment, int processId)
    {
        _keeper = keeper;
        _log = log;
        Command = command;
        ProcessId = processId;
        GrpcSocket = $"{directory}/fireball/grpc.sock";
        Environment = environment;
    }

    /// <summary>The fireball command that belongs to it.</summary>
    public string Command { get; }

    /// <summary>Its process.</summary>
    public int ProcessId { get; }

    /// <summary>The socket of its gRPC API.</summary>
    public string GrpcSocket { get; }

    /// <summary>The environment in which the command finds it.</summary>
    public EnvironmentBlock Environment { get; }

    /// <summary>Starts it; returns when it listens.</summary>
    /// <param name="directory">Its runtime directory, which is made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WorkFailedException">It is not there, or does not start; with its words.</exception>
    public static async Task<ServingProcess> StartAsync(string directory, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(directory) > MaxDirectoryLength)
        {
            throw new WorkFailedException($"{directory} is too long a name for what holds sockets; set TMPDIR to a shorter one");
        }

        string command = CommandFinder.Find();
        string serve = CommandFinder.ServeBeside(command);
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var own = EnvironmentBlock.FromProcess();
        EnvironmentBlock environment = own.With([new(PosixText.Encode(RuntimeVariable), PosixText.Encode(directory))]);
        SocketChild keeper = SocketChild.Start(SpawnRequest.Of(["/bin/sh", "-c", KeepScript, serve], environment));
        var words = new StringBuilder();
        Task log = ReadAsync(keeper.Error, words);
        try
        {
            int processId = await WaitAsync(keeper.Channel, cancellationToken) ?? throw new WorkFailedException("fireball-serve does not start");
            return new ServingProcess(keeper, log, command, directory, environment, processId);
        }
        catch (Exception failure)
        {
            await StopAsync(keeper, log);
            environment.Dispose();
            throw failure is WorkFailedException ? new WorkFailedException($"{failure.Message}: {words.ToString().Trim()}", failure) : failure;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(_keeper, _log);
        Environment.Dispose();
    }

    private static async Task StopAsync(SocketChild keeper, Task log)
    {
        keeper.Channel.Shutdown(SocketShutdown.Send);
        await keeper.WaitAsync();
        keeper.Dispose();
        await log;
    }

    // Its pid, when it listens; null: it has ended.
    private static async Task<int?> WaitAsync(Socket channel, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new NetworkStream(channel), Encoding.UTF8);
        int? pid = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line and not EndMark)
        {
            if (line.StartsWith(PidMark, StringComparison.Ordinal))
            {
                pid = int.Parse(line[PidMark.Length..], CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                return pid;
            }
        }

        return null;
    }

    // To the end, so that it never waits for us. What it says once it listens is of refused peers and lost hosts, which the
    // calls tell too.
    private static async Task ReadAsync(Socket error, StringBuilder words)
    {
        try
        {
            using var reader = new StreamReader(new NetworkStream(error), Encoding.UTF8);
            while (await reader.ReadLineAsync() is { } line)
            {
                words.Append(line).Append(' ');
            }
        }
        catch (IOException)
        {
            // Our end was closed: it has been stopped.
        }
    }
}
