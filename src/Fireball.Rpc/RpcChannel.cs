using Fireball.Rpc.Internal;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// The client's side of one established connection: any number of concurrent calls over it. It does not reconnect; when
/// the connection is lost, calls end with UNAVAILABLE and the first failure's reason, and so does every later one.
/// </summary>
public sealed class RpcChannel : IAsyncDisposable
{
    private readonly ClientConnection _connection;
    private bool _shutdown;

    /// <summary>Takes over an established connection and starts reading from it.</summary>
    public RpcChannel(IMessageConnection connection, RpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = new ClientConnection(connection, options ?? new RpcOptions());
        CallInvoker = new ZmtpCallInvoker(_connection);
        Closed = RunAsync();
    }

    /// <summary>What generated clients are made with: <c>new Agent.AgentClient(channel.CallInvoker)</c>.</summary>
    public CallInvoker CallInvoker { get; }

    /// <summary>
    /// An invoker that sends these headers with every call, besides the call's own. Not a wrapper around
    /// <see cref="CallInvoker"/>: each generic virtual call through one costs a program half a millisecond at its first.
    /// </summary>
    public CallInvoker WithHeaders(Metadata headers) => new ZmtpCallInvoker(_connection, headers);

    /// <summary>
    /// Completes, never faults, when the connection has ended: OK after <see cref="ShutdownAsync"/>, else UNAVAILABLE with
    /// the first failure's reason (its exception in <see cref="Status.DebugException"/>). Its calls have ended by then.
    /// </summary>
    public Task<Status> Closed { get; }

    /// <summary>Why no new call can be made, such as a server that is going away; null: it can.</summary>
    public Status? Refusal => _connection.Refusal;

    /// <summary>
    /// Takes no new calls, lets those under way end, closes in order and waits for the server to do so.
    /// Cancelled: what is under way is ended at once.
    /// </summary>
    public async Task ShutdownAsync(CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _shutdown, true);
        try
        {
            await _connection.RefuseCallsAsync("the channel is shut down").WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_connection.Failure is null)
            {
                await _connection.CloseAsync(cancellationToken).ConfigureAwait(false);
            }

            await Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException || RpcConnection.IsTransportFailure(failure))
        {
            _connection.Fail(failure);
            await Closed.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends the connection at once; calls under way end with UNAVAILABLE.</summary>
    public async ValueTask DisposeAsync()
    {
        _connection.Fail(new IOException("the channel was disposed"));
        await Closed.ConfigureAwait(false);
    }

    private async Task<Status> RunAsync()
    {
        if (!_connection.Options.ContinueInline)
        {
            // The caller has the channel before anything is read.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        await _connection.RunAsync().ConfigureAwait(false);
        var orderly = _connection.Failure is null && Volatile.Read(ref _shutdown);
        _connection.Fail(new IOException("the server closed the connection"));
        await _connection.Transport.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
        return orderly ? Status.DefaultSuccess : _connection.Refusal!.Value;
    }
}
