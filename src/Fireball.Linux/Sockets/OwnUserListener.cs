namespace Fireball.Linux;

/// <summary>
/// Accepts connections on a Unix-domain socket, refuses those of other users, and has the others served, all at the same
/// time. Thread-safe.
/// </summary>
public sealed class OwnUserListener
{
    /// <summary>
    /// The pause after the process ran out of descriptors or memory, before it accepts again. 200 ms, arbitrary: not a
    /// busy loop, and soon enough for clients that wait in the kernel's queue.
    /// </summary>
    private static readonly TimeSpan OutOfResources = TimeSpan.FromMilliseconds(200);

    private readonly UnixListener _listener;
    private readonly Func<Descriptor, CancellationToken, Task> _serve;
    private readonly Action<string>? _log;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _serving = [];

    /// <summary>Nothing is accepted before <see cref="RunAsync"/>.</summary>
    /// <param name="listener">Where; stays the caller's.</param>
    /// <param name="serve">
    /// Serves one connection, which it then owns, to its end. Begins on the thread that accepts, and must not block it. What
    /// it throws is logged and touches no other connection.
    /// </param>
    /// <param name="log">Told who was refused and what failed, one line each.</param>
    public OwnUserListener(UnixListener listener, Func<Descriptor, CancellationToken, Task> serve, Action<string>? log)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(serve);
        (_listener, _serve, _log) = (listener, serve, log);
    }

    /// <summary>Connections that are being served.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _serving.Count;
            }
        }
    }

    /// <summary>Accepts until cancelled or until the listener is disposed. Does not wait for what is being served.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Begin(await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false), cancellationToken);
            }
            catch (PosixException failure)
            {
                _log?.Invoke($"a connection could not be accepted: {failure.Message}");
                await Task.Delay(OutOfResources, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Waits for all connections to have ended; meant for after <see cref="RunAsync"/>.</summary>
    public Task DrainedAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_serving);
        }
    }

    private static string? WhyRefuse(Descriptor socket)
    {
        try
        {
            return PeerIdentity.Of(socket).WhyNotOwn() is { } other ? $"refused a connection of {other}" : null;
        }
        catch (PosixException failure)
        {
            return $"refused a connection: {failure.Message}";
        }
    }

    private void Begin(Descriptor socket, CancellationToken cancellationToken)
    {
        if (WhyRefuse(socket) is { } reason)
        {
            socket.Dispose();
            _log?.Invoke(reason);
            return;
        }

        var serving = ServeAsync(socket, cancellationToken);
        if (serving.IsCompleted)
        {
            return;
        }

        lock (_gate)
        {
            _serving.Add(serving);
        }

        // Also where it has ended meanwhile: this runs then at once.
        _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ServeAsync(Descriptor socket, CancellationToken cancellationToken)
    {
        try
        {
            await _serve(socket, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One peer's failure, whatever it is, is reported and does not touch the others.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _log?.Invoke($"a connection ended: {failure.Message}");
        }
    }

    private void Forget(Task serving)
    {
        lock (_gate)
        {
            _serving.Remove(serving);
        }
    }
}
