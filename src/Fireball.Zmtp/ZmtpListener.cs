using System.Net.Sockets;
using System.Threading.Channels;

namespace Fireball.Zmtp;

/// <summary>
/// Accepts on a listening socket and handshakes as the server, all peers at the same time and none in another's way.
/// </summary>
public sealed class ZmtpListener : IAsyncDisposable
{
    /// <summary>The pause after a failure to accept, such as too many open files. 50 ms, arbitrary: not a busy loop.</summary>
    private static readonly TimeSpan AcceptRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly ZmtpListenerOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<ZmtpConnection> _accepted;
    private readonly LinkedList<CancellationTokenSource> _handshakes = [];
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    // Handshakes under way, and one for the listener itself.
    private int _running = 1;

    /// <summary>Starts accepting on <paramref name="socket"/>, which is bound and listening and is owned from here on.</summary>
    public ZmtpListener(Socket socket, ZmtpListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(options);
        options.Connection.Validate(asServer: true);
        _socket = socket;
        _options = options;
        _accepted = Channel.CreateBounded<ZmtpConnection>(options.MaxWaiting);
        _accepting = AcceptAllAsync();
    }

    /// <summary>The next peer whose handshake succeeded.</summary>
    /// <exception cref="ChannelClosedException">The listener is disposed.</exception>
    public ValueTask<ZmtpConnection> AcceptAsync(CancellationToken cancellationToken = default) =>
        _accepted.Reader.ReadAsync(cancellationToken);

    /// <summary>Closes the listening socket, every handshake and every connection not taken yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        CancellationTokenSource[] handshakes;
        lock (_gate)
        {
            handshakes = [.. _handshakes];
        }

        foreach (var handshake in handshakes)
        {
            await handshake.CancelAsync().ConfigureAwait(false);
        }

        Leave();
        await _drained.Task.ConfigureAwait(false);
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AcceptAllAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Begin(await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                _options.Refused?.Invoke(new ZmtpException($"a connection could not be accepted: {e.Message}", e));
                await Task.Delay(AcceptRetryDelay, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Begin(Socket socket)
    {
        if (ReasonToRefuse(socket) is { } reason)
        {
            socket.Dispose();
            _options.Refused?.Invoke(new ZmtpException($"a peer was not admitted: {reason}"));
            return;
        }

        CancellationTokenSource? oldest = null;
        // Neither linked nor timed, so it needs no disposal, which a late cancellation could not stand.
        var handshake = new CancellationTokenSource();
        lock (_gate)
        {
            if (_handshakes.Count >= _options.MaxHandshakes)
            {
                oldest = _handshakes.First!.Value;
                _handshakes.RemoveFirst();
            }

            _handshakes.AddLast(handshake);
        }

        oldest?.Cancel();
        Interlocked.Increment(ref _running);
        _ = RunAsync(handshake, socket);
    }

    private string? ReasonToRefuse(Socket socket)
    {
        try
        {
            return _options.Refuse?.Invoke(socket);
        }
#pragma warning disable CA1031 // A check that fails admits nobody and stops nothing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"the check failed: {e.Message}";
        }
    }

    private async Task RunAsync(CancellationTokenSource handshake, Socket socket)
    {
        // Never on the accepting loop: a handshake whose bytes are there already would hold it up.
        await Task.Yield();
        try
        {
            var connection = await ZmtpConnection
                .AcceptAsync(new NetworkStream(socket, ownsSocket: true), _options.Connection, handshake.Token)
                .ConfigureAwait(false);
            if (!_accepted.Writer.TryWrite(connection))
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw new ZmtpException($"a peer was closed: {_options.MaxWaiting} others wait already");
            }
        }
        catch (OperationCanceledException)
        {
            _options.Refused?.Invoke(new ZmtpException(
                _stopping.IsCancellationRequested
                    ? "a handshake was closed: the listener is closed"
                    : $"a handshake was closed: {_options.MaxHandshakes} newer ones were under way"));
        }
#pragma warning disable CA1031 // One peer's failure, whatever it is, is reported and does not touch the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _options.Refused?.Invoke(e);
        }
        finally
        {
            lock (_gate)
            {
                _handshakes.Remove(handshake);
            }

            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
