using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// The client's end of a channel over one established connection: any number of concurrent calls over it. It does not reconnect; when
/// the connection is lost, calls end with UNAVAILABLE and the first failure's reason, and so does every later one.
/// </summary>
public sealed class RpcChannel : IAsyncDisposable
{
    private readonly ClientEnd _channel;
    private bool _shutdown;

    /// <summary>Takes over an established connection and starts reading from it.</summary>
    public RpcChannel(IMessageConnection connection, RpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _channel = new ClientEnd(connection, options ?? new RpcOptions());
        CallInvoker = new ZmtpCallInvoker(_channel);
        Closed = RunAsync();
    }

    /// <summary>What generated clients are made with: <c>new AgentService.AgentServiceClient(channel.CallInvoker)</c>.</summary>
    public CallInvoker CallInvoker { get; }

    /// <summary>
    /// An invoker that sends these headers with every call, besides the call's own. Not a wrapper around
    /// <see cref="CallInvoker"/>: each generic virtual call through one costs a program half a millisecond at its first.
    /// </summary>
    public CallInvoker WithHeaders(Metadata headers) => new ZmtpCallInvoker(_channel, headers);

    /// <summary>
    /// Completes, never faults, when the connection has ended: OK after <see cref="ShutdownAsync"/>, else UNAVAILABLE with
    /// the first failure's reason (its exception in <see cref="Status.DebugException"/>). Its calls have ended by then.
    /// </summary>
    public Task<Status> Closed { get; }

    /// <summary>Why no new call can be made, such as a server that is going away; null: it can.</summary>
    public Status? Refusal => _channel.Refusal;

    /// <summary>
    /// Takes no new calls, lets those under way end, closes in order and waits for the server to do so.
    /// Cancelled: what is under way is ended at once.
    /// </summary>
    public async Task ShutdownAsync(CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _shutdown, true);
        try
        {
            await _channel.RefuseCallsAsync("the channel is shut down").WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_channel.Failure is null)
            {
                await _channel.CloseAsync(cancellationToken).ConfigureAwait(false);
            }

            await Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException || ChannelEnd.IsConnectionFailure(failure))
        {
            _channel.Fail(failure);
            await Closed.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends the connection at once; calls under way end with UNAVAILABLE.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Fail(new IOException("the channel was disposed"));
        await Closed.ConfigureAwait(false);
    }

    private async Task<Status> RunAsync()
    {
        if (!_channel.Options.ContinueInline)
        {
            // The caller has the channel before anything is read.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        await _channel.RunAsync().ConfigureAwait(false);
        var orderly = _channel.Failure is null && Volatile.Read(ref _shutdown);
        _channel.Fail(new IOException("the server closed the connection"));
        await _channel.Connection.DisposeAsync().ConfigureAwait(false);
        _channel.Dispose();
        return orderly ? Status.DefaultSuccess : _channel.Refusal!.Value;
    }
}
