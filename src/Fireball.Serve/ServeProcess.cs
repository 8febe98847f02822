using Fireball.Posix;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Serve;

/// <summary>
/// The background process: holds connections to hosts and serves this user's commands on a socket until it is stopped
/// or has had no host for a while.
/// </summary>
public sealed class ServeProcess : IAsyncDisposable
{
    /// <summary>How long calls that still run may take to end when this stops; the hosts are closed by then.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    /// <summary>The pause after a failure to accept, such as too many open files. 50 ms, arbitrary: not a busy loop.</summary>
    private static readonly TimeSpan AcceptRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly ServeOptions _options;
    private readonly FileLock _ownerLock;
    private readonly UnixListener _listener;
    private readonly ZmtpOptions _zmtp;
    private readonly HostTable _hosts;
    private readonly RpcServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _idle;
    private readonly Lock _connectionsLock = new();
    private readonly HashSet<Task> _connections = [];
    private Task? _running;

    private ServeProcess(ServeOptions options, FileLock ownerLock)
    {
        _options = options;
        _ownerLock = ownerLock;
        _hosts = new HostTable(options.Hosts with { TimeProvider = options.TimeProvider });
        _server = new RpcServer(new RpcOptions { TimeProvider = options.TimeProvider, HandlerFailed = LogFailure })
        {
            Relay = new AgentRelay(_hosts).FindAsync,
        };
        V1.Controller.BindService(_server.Services, new ControllerService(_hosts, _stop.Cancel));
        _idle = options.TimeProvider.CreateTimer(
            static state => ((ServeProcess)state!).StopIfIdle(), this, options.Idle, Timeout.InfiniteTimeSpan);
        _hosts.Changed = Watch;
        _zmtp = new ZmtpOptions { SocketType = SocketType.Router, TimeProvider = options.TimeProvider };
        _listener = ServeSocket.Listen(options.Paths.Socket);
    }

    /// <summary>Starts listening; null: another process listens there already.</summary>
    /// <exception cref="IOException">The directory is not this user's alone, or the socket cannot be made.</exception>
    public static ServeProcess? TryStart(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Paths.EnsureDirectory();
        FileLock? ownerLock = FileLock.TryTake(options.Paths.OwnerLock);
        if (ownerLock is null)
        {
            return null;
        }

        try
        {
            return new ServeProcess(options, ownerLock);
        }
        catch
        {
            ownerLock.Dispose();
            throw;
        }
    }

    /// <summary>Serves until stopped: by a caller, by the token or for want of hosts. Then closes all hosts in order.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _running = RunOnceAsync(cancellationToken);

    /// <summary>Stops, and gives the place back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is not null)
        {
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            _listener.Dispose();
        }

        await _idle.DisposeAsync().ConfigureAwait(false);
        _ownerLock.Dispose();
        _stop.Dispose();
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await AcceptAsync(stop.Token).ConfigureAwait(false);

        // Nobody new comes in from here on; commands that try start another process.
        File.Delete(_options.Paths.Socket);
        _listener.Dispose();
        await _hosts.DisposeAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(DrainLimit);
        try
        {
            await _server.DrainAsync("the background process is stopping", limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What did not end in time was ended.
        }

        Task[] connections;
        lock (_connectionsLock)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    /// <summary>
    /// Accepts until stopped. Here and in the handshake nothing blocks: both run on the thread that waits for sockets, so
    /// that a command's connection wakes no other thread before its call is relayed.
    /// </summary>
    private async Task AcceptAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Begin(await _listener.AcceptAsync(stop).ConfigureAwait(false), stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (PosixException failure)
            {
                _options.Log?.Invoke($"a command's connection could not be accepted: {failure.Message}");
                await Task.Delay(AcceptRetryDelay, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Begin(Descriptor socket, CancellationToken stop)
    {
        if (ServeSocket.WhyRefuse(PeerIdentity.Of(socket)) is { } reason)
        {
            socket.Dispose();
            _options.Log?.Invoke($"a peer was not admitted: {reason}");
            return;
        }

        Task serving = ServeAsync(new ReactorStream(Reactor.Shared, socket, readInline: true), stop);
        lock (_connectionsLock)
        {
            if (!serving.IsCompleted)
            {
                _connections.Add(serving);
                _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task ServeAsync(ReactorStream stream, CancellationToken stop)
    {
        try
        {
            ZmtpConnection connection = await ZmtpConnection
                .AcceptAsync(stream, new WritingHalfStream(stream), _zmtp, stop).ConfigureAwait(false);

            // Not with the stop's token: a connection ends by the drain, in order.
            await _server.ServeAsync(connection, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            _options.Log?.Invoke($"a command's connection ended: {failure.Message}");
        }
    }

    private void Forget(Task serving)
    {
        lock (_connectionsLock)
        {
            _connections.Remove(serving);
        }
    }

    private void Watch() => _idle.Change(_hosts.Count == 0 ? _options.Idle : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void StopIfIdle()
    {
        if (_hosts.Count == 0)
        {
            _stop.Cancel();
        }
    }

    private void LogFailure(string method, Exception failure) => _options.Log?.Invoke($"{method}: {failure.Message}");
}
