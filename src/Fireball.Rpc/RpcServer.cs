using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Serves calls of its services on any number of connections at once.</summary>
/// <remarks>
/// <para>
/// <c>var server = new RpcServer(); AgentService.BindService(server.Services, service);</c> then <see cref="ServeAsync"/> with
/// each accepted connection. Services are bound before the first connection is served.
/// </para>
/// <para>
/// Batching. A service that writes responses while <c>WriteOptions</c> has <see cref="WriteFlags.BufferHint"/> (on the
/// response stream or the context; headers too) leaves them in the send buffer: they leave with the next response written
/// without it, with the trailers, or when the service waits for a request. So a short call is answered in one write. A
/// unary response always leaves together with its headers and trailers.
/// </para>
/// <para>
/// Services start on the thread pool, not on the read loop: one that blocks stalls no other call. Reading a request, or
/// writing a response, after the call has ended throws <see cref="OperationCanceledException"/>.
/// </para>
/// </remarks>
public sealed class RpcServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ServerBinder _binder = new();
    private readonly HashSet<ServerEnd> _channels = [];
    private string? _goingAway;

    /// <summary>A server without services.</summary>
    public RpcServer(RpcOptions? options = null) => Options = options ?? new RpcOptions();

    /// <summary>Where generated <c>BindService</c> methods put their services.</summary>
    public ServiceBinderBase Services => _binder;

    /// <summary>
    /// Asked for methods no service here has: where to relay the call to; null: nowhere, it is UNIMPLEMENTED. An
    /// <see cref="RpcException"/> it throws becomes the call's status. See <see cref="RelayTarget"/>.
    /// </summary>
    public RelayTarget? Relay { get; init; }

    /// <summary>Limits and clock.</summary>
    public RpcOptions Options { get; }

    /// <summary>
    /// Serves a connection until its client closes it in order, <see cref="DrainAsync"/> has drained it, or it fails; then
    /// waits for the services it still runs (their calls are cancelled) and disposes the connection.
    /// </summary>
    /// <param name="connection">An established connection; it is disposed by this method in any case.</param>
    /// <param name="peer">Who the client is, for <see cref="ServerCallContext.Peer"/>.</param>
    /// <param name="cancellationToken">Ends the connection at once.</param>
    /// <exception cref="IOException">The connection broke; this is the first reason.</exception>
    /// <exception cref="RpcProtocolException">The client broke the protocol.</exception>
    /// <exception cref="OperationCanceledException">Ended by <paramref name="cancellationToken"/>.</exception>
    public async Task ServeAsync(IMessageConnection connection, string peer = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var served = new ServerEnd(this, connection, peer);
        string? goingAway;
        lock (_gate)
        {
            _channels.Add(served);
            goingAway = _goingAway;
        }

        var ended = false;
        try
        {
            if (goingAway is not null)
            {
                served.GoAway(goingAway);
            }

            using var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((ServerEnd)state!).Fail(new OperationCanceledException("the server was stopped", token)),
                served);
            var closing = CloseWhenDrainedAsync(served);
            await served.RunAsync().ConfigureAwait(false);
            ended = true;
            served.Close(served.Failure ?? new IOException("the client closed the connection"));
            await closing.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _channels.Remove(served);
            }

            await connection.DisposeAsync().ConfigureAwait(false);
        }

        if (ended && served.Failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>
    /// Takes no new calls on any connection, tells clients why, and completes when the calls under way have ended and the
    /// connections are closed in order. Cancelled: the rest is ended at once.
    /// </summary>
    public async Task DrainAsync(string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ServerEnd[] channels;
        lock (_gate)
        {
            _goingAway ??= reason;
            channels = [.. _channels];
        }

        foreach (var channel in channels)
        {
            channel.GoAway(reason);
        }

        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                foreach (var channel in (ServerEnd[])state!)
                {
                    channel.Fail(new OperationCanceledException("draining was cut short", token));
                }
            },
            channels);
        await Task.WhenAll(channels.Select(channel => channel.Drained)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Ends every connection at once; their <see cref="ServeAsync"/> tasks end.</summary>
    public async ValueTask DisposeAsync()
    {
        ServerEnd[] channels;
        lock (_gate)
        {
            _goingAway ??= "the server was disposed";
            channels = [.. _channels];
        }

        foreach (var channel in channels)
        {
            channel.Fail(new IOException("the server was disposed"));
        }

        await Task.WhenAll(channels.Select(channel => channel.Drained)).ConfigureAwait(false);
    }

    /// <summary>Where services are put by callers who know its type when they are compiled.</summary>
    internal ServerBinder Binder => _binder;

    internal ServerMethod? FindMethod(string fullName) =>
        _binder.Find(fullName) ?? (Relay is null ? null : RelayService.CreateMethod(fullName, Relay));

    /// <summary>When no call runs and none can start: says so to the client by closing, and lets it read what was sent.</summary>
    private static async Task CloseWhenDrainedAsync(ServerEnd channel)
    {
        await channel.Idle.ConfigureAwait(false);
        try
        {
            if (channel.Failure is null)
            {
                await channel.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (ChannelEnd.IsConnectionFailure(failure))
        {
            channel.Fail(failure);
        }

        channel.MarkDrained();
    }
}
