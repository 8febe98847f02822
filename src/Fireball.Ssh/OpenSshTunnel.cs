using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>A tunnel made by <see cref="OpenSshConnector"/>.</summary>
internal sealed class OpenSshTunnel : ITunnel
{
    private readonly SshProcess _process;
    private readonly LocalDirectory _directory;
    private readonly AskPassServer? _questions;
    private readonly Forward? _forward;
    private readonly Task _watching;
    private ReactorStream? _first;
    private int _bridgeTaken;
    private int _disposed;

    internal OpenSshTunnel(
        SshProcess process, LocalDirectory directory, AskPassServer? questions, AgentLaunch agent, ForwardProbe route)
    {
        _process = process;
        _directory = directory;
        _questions = questions;
        Agent = agent;
        _forward = route.Forward;
        _first = route.Connected;
        RouteReason = route.Refusal;
        _watching = _forward is null ? Task.CompletedTask : WatchAsync();
        Ended = EndAsync();
    }

    /// <summary>The directory of this connection on this machine.</summary>
    internal string LocalPath => _directory.Path;

    /// <summary>The ssh process.</summary>
    internal int ProcessId => _process.Pid;

    /// <inheritdoc/>
    public AgentLaunch Agent { get; }

    /// <inheritdoc/>
    public TunnelRoute Route => _forward is null ? TunnelRoute.Bridge : TunnelRoute.Forward;

    /// <inheritdoc/>
    public string? RouteReason { get; }

    /// <inheritdoc/>
    public Task<string> Ended { get; }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenStreamAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (_forward is null)
        {
            return Interlocked.Exchange(ref _bridgeTaken, 1) == 0
                ? new ValueTask<Stream>(_process.Channel)
                : throw new TunnelException(ConnectPhase.Forward, "the session channel is in use already, and there is no forward: " + RouteReason);
        }

        if (Interlocked.Exchange(ref _first, null) is { } first)
        {
            if (_forward.IsFresh)
            {
                return new ValueTask<Stream>(first);
            }

            first.Dispose();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<Stream>(_forward.Connect());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Interlocked.Exchange(ref _first, null)?.Dispose();
            await _process.DisposeAsync().ConfigureAwait(false);
            await _watching.ConfigureAwait(false);
            if (_questions is not null)
            {
                await _questions.DisposeAsync().ConfigureAwait(false);
            }

            _directory.Dispose();
        }

        await Ended.ConfigureAwait(false);
    }

    // With a forward the channel is silent and has no other reader; its end is the connection's.
    private async Task WatchAsync()
    {
        byte[] nothing = new byte[256];
        try
        {
            while (await _process.Channel.ReadAsync(nothing).ConfigureAwait(false) > 0)
            {
                // Not the agent's: it keeps silent. A background process of an rc file may write.
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process's end tells the reason.
        }
    }

    private async Task<string> EndAsync()
    {
        int status = await _process.ExitedAndHeardAsync().ConfigureAwait(false);
        return Volatile.Read(ref _disposed) != 0 ? "closed" : SshFailure.Ended(_process.Errors.Lines, status);
    }
}
