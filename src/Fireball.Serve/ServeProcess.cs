using Fireball.Linux;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Serve;

/// <summary>
/// Holds connections to hosts, and serves this user's commands and programs with them until it is stopped or has had no
/// host for a while. One table of hosts, one <see cref="ControllerCalls"/>, two ways to it: ZMTP for the command line,
/// which relays calls to agents besides, and gRPC.
/// </summary>
public sealed class ServeProcess : IAsyncDisposable
{
    /// <summary>How long calls that still run may take to end when this stops; the hosts are closed by then.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly ServeOptions _options;
    private readonly SocketPlace _place;
    private readonly OwnUserListener _commands;
    private readonly GrpcEndpoint? _grpc;
    private readonly ControllerCalls _service;
    private readonly ControllerCalls _remoteService;
    private readonly ZmtpOptions _zmtp;
    private readonly HostTable _hosts;
    private readonly RpcServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _idle;
    private TcpEndpoint? _tcp;
    private Task? _running;

    private ServeProcess(ServeOptions options, SocketPlace place, SocketPlace? grpcPlace)
    {
        _options = options;
        _place = place;
        _hosts = new HostTable(options.Hosts with { TimeProvider = options.TimeProvider, Logger = options.Logger });
        _service = new ControllerCalls(_hosts, _stop.Cancel, lists: static _ => true);

        // Options name files and users of this machine, and are part of a host's key; callers by TCP cannot give them either.
        _remoteService = new ControllerCalls(_hosts, _stop.Cancel, lists: static entry => entry.Spec.SshArguments.Count == 0);
        _server = new RpcServer(new RpcOptions { TimeProvider = options.TimeProvider, HandlerFailed = LogFailure })
        {
            Relay = new AgentRelay(_hosts).FindAsync,
        };
        ControllerBinding.Bind(_server, _service);
        _zmtp = new ZmtpOptions { SocketType = SocketType.Router, TimeProvider = options.TimeProvider };

        // Accepting and the handshake run on the thread that waits for sockets and do not block it, so that a command's
        // connection wakes no other thread before its call is relayed.
        _commands = new OwnUserListener(place.Listener, ServeCommandAsync, line => ServeLog.CommandConnection(_options.Logger, line));
        _grpc = grpcPlace is null ? null : new GrpcEndpoint(options.Grpc, grpcPlace, _service, options.Logger);
        _idle = options.TimeProvider.CreateTimer(
            static state => ((ServeProcess)state!).StopIfIdle(), this, options.Idle, Timeout.InfiniteTimeSpan);
        _hosts.Changed = Watch;
    }

    /// <summary>
    /// Starts listening; null: another process of this build listens already. Where a process of another build has the
    /// gRPC socket, this one works without it, unless <see cref="GrpcOptions.Required"/>.
    /// </summary>
    /// <exception cref="IOException">A directory is not this user's alone, or a socket cannot be made.</exception>
    public static ServeProcess? TryStart(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Paths.EnsureDirectory();
        SocketPlace? place = SocketPlace.TryTake(options.Paths.Socket, acceptInline: true);
        if (place is null)
        {
            return null;
        }

        try
        {
            return new ServeProcess(options, place, TakeGrpcPlace(options));
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Starts the gRPC server, which otherwise starts with the first connection to its socket, and the one on TCP.
    /// </summary>
    /// <exception cref="IOException">A certificate, key or token is not as it should be, or the port is taken.</exception>
    public async Task StartGrpcAsync(CancellationToken cancellationToken)
    {
        if (_options.Tcp is { } tcp)
        {
            _tcp = await TcpEndpoint.StartAsync(tcp, _remoteService, _options.Logger, cancellationToken).ConfigureAwait(false);
        }

        await (_grpc?.StartAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>Where it listens on TCP, "https://127.0.0.1:7070"; null: nowhere.</summary>
    public string? TcpAddress => _tcp?.Address;

    /// <summary>Whether the gRPC server was started.</summary>
    public bool IsGrpcStarted => _grpc is { IsStarted: true };

    /// <summary>Serves until stopped: by a caller, by the token or for want of hosts. Then closes all hosts in order.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _running = RunOnceAsync(cancellationToken);

    /// <summary>Stops, and gives the places back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is not null)
        {
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _place.Dispose();
        if (_grpc is not null)
        {
            await _grpc.DisposeAsync().ConfigureAwait(false);
        }

        if (_tcp is not null)
        {
            await _tcp.DisposeAsync().ConfigureAwait(false);
        }

        await _idle.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static SocketPlace? TakeGrpcPlace(ServeOptions options)
    {
        const string Taken = "another process of this user listens there already, of another build of fireball";
        string socket = options.Grpc.Socket;
        try
        {
            return SocketPlace.TryTake(socket) ?? throw new IOException($"{socket}: {Taken}");
        }
        catch (IOException failure) when (!options.Grpc.Required)
        {
            ServeLog.WithoutGrpc(options.Logger, failure.Message);
            return null;
        }
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        Task grpc = _grpc?.RunAsync(stop.Token) ?? Task.CompletedTask;
        await _commands.RunAsync(stop.Token).ConfigureAwait(false);
        await grpc.ConfigureAwait(false);

        // No new client comes in from here on; commands that try start another process.
        _place.Dispose();
        await _hosts.DisposeAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(DrainLimit);
        await Task.WhenAll(DrainCommandsAsync(limit.Token), _grpc?.StopAsync(limit.Token) ?? Task.CompletedTask, _tcp?.StopAsync(limit.Token) ?? Task.CompletedTask)
            .ConfigureAwait(false);
    }

    private async Task DrainCommandsAsync(CancellationToken limit)
    {
        try
        {
            await _server.DrainAsync("the background process is stopping", limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What did not end in time was ended.
        }

        await _commands.DrainedAsync().ConfigureAwait(false);
    }

    private async Task ServeCommandAsync(Descriptor socket, CancellationToken stop)
    {
        var stream = new ReactorStream(Reactor.Shared, socket, readInline: true);
        ZmtpConnection connection = await ZmtpConnection
            .AcceptAsync(stream, new WritingHalfStream(stream), _zmtp, stop).ConfigureAwait(false);

        // Not with the stop's token: a connection ends by the drain, in order.
        await _server.ServeAsync(connection, cancellationToken: CancellationToken.None).ConfigureAwait(false);
    }

    private void Watch() => _idle.Change(_hosts.Count == 0 ? _options.Idle : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void StopIfIdle()
    {
        if (_hosts.Count == 0)
        {
            _stop.Cancel();
        }
    }

    private void LogFailure(string method, Exception failure) => 
        ServeLog.CallFailed(_options.Logger, method, failure.Message);
}
