using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>The running ssh: its channel, its words, its end.</summary>
internal sealed class SshProcess : IAsyncDisposable
{
    /// <summary>
    /// How long each step of leaving may take before the next, harder one: end of input, TERM, KILL. The host answers
    /// the first within a round trip; 2 s is far beyond that and short for a person who waits.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly SocketChild _child;
    private readonly NetworkStream _error;
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SshProcess(SocketChild child, Action onActivity)
    {
        _child = child;
        Channel = new ChannelStream(child.Channel);
        _error = new NetworkStream(child.Error, ownsSocket: false);
        Errors = new ErrorLines(_error, onActivity);
        Exited = WaitAsync();
    }

    internal int Pid => _child.Pid;

    internal ChannelStream Channel { get; }

    internal ErrorLines Errors { get; }

    /// <summary>Completes, never faulted, with the exit status.</summary>
    internal Task<int> Exited { get; }

    internal static SshProcess Start(
        IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, Action onActivity)
    {
        using var block = EnvironmentBlock.FromVariables(environment);
        try
        {
            return new SshProcess(SocketChild.Start(SpawnRequest.Of(arguments, block)), onActivity);
        }
        catch (IOException e)
        {
            string why = e is SpawnException spawn ? Errno.Describe(spawn.Errno) : e.Message;
            throw TunnelException.Lasting(
                ConnectPhase.Connect, $"cannot start {Printable.Quote(arguments[0])}: {why}; is the OpenSSH client installed?", e);
        }
    }

    /// <summary>What an ssh that only answers prints.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="most">More than it ever prints, bytes.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <exception cref="TunnelException">It cannot be started.</exception>
    internal static async Task<string> ReadAsync(
        IReadOnlyList<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        int most,
        CancellationToken cancellationToken)
    {
        SshProcess process = Start(arguments, environment, static () => { });
        await using (process.ConfigureAwait(false))
        {
            return await process.Channel.ReadTextAsync(most, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends it at once; for a connect that failed or was cancelled.</summary>
    internal void Terminate() => _child.Kill(Signal.Term);

    /// <summary>Its exit status, waiting for it only as long as a process that has closed its streams may take.</summary>
    internal async Task<int> ReapAsync()
    {
        await EndsWithinAsync(Exited, Grace).ConfigureAwait(false);
        if (!Exited.IsCompleted)
        {
            _child.Kill(Signal.Kill);
        }

        return await ExitedAndHeardAsync().ConfigureAwait(false);
    }

    /// <summary>Its exit status, when it has ended and what it said last has been read.</summary>
    internal async Task<int> ExitedAndHeardAsync()
    {
        int status = await Exited.ConfigureAwait(false);

        // A ProxyCommand of the user's may hold standard error open for longer than ssh lives.
        await EndsWithinAsync(Errors.Completion, Grace).ConfigureAwait(false);
        return status;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.EndInput();
        _ending.TrySetResult();
        foreach (int signal in (int[])[Signal.Term, Signal.Kill])
        {
            await EndsWithinAsync(Exited, Grace).ConfigureAwait(false);
            _child.Kill(signal);
        }

        await Exited.ConfigureAwait(false);
        _child.Dispose();
        await Errors.Completion.ConfigureAwait(false);
        await _error.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task EndsWithinAsync(Task task, TimeSpan time)
    {
        try
        {
            await task.WaitAsync(time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller sees that the task has not completed.
        }
    }

    // Waits on a thread of its own only once its streams show that it is ending, or it is to end.
    private async Task<int> WaitAsync()
    {
        await Task.WhenAny(Channel.Ended, Errors.Completion, _ending.Task).ConfigureAwait(false);
        return await _child.WaitAsync().ConfigureAwait(false);
    }
}
