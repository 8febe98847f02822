using Fireball.Deploy;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>One tunnel to a host's agent with its channel, from the handshake to the end. Thread-safe.</summary>
public sealed class HostSession : IAsyncDisposable
{
    /// <summary>
    /// How long a leaving owner waits for the agent's answer: the kill ladder's 5 s and some time to tidy up.
    /// </summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long after its answer the agent may take to be gone: 10 s, its own drain (2 s), a last round of kills and a
    /// slow disk. A person waits for it; what takes longer is better said than waited for.
    /// </summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(10);

    private readonly AgentChannel _channel;
    private readonly TimeProvider _time;
    private long _endedAt;
    private int _disposed;

    internal HostSession(ITunnel tunnel, AgentChannel channel, TimeProvider time)
    {
        Tunnel = tunnel;
        _channel = channel;
        _time = time;
        StartedAt = time.GetTimestamp();
        Ended = EndAsync();
    }

    /// <summary>The way to the agent: its route, and what the agent said of itself.</summary>
    public ITunnel Tunnel { get; }

    /// <summary>Calls over this connection.</summary>
    public CallInvoker Invoker => _channel.Invoker;

    /// <summary>When it was made, by the time provider's monotonic clock.</summary>
    public long StartedAt { get; }

    /// <summary>Completes, never faulted, when the connection has ended, with the reason in one line.</summary>
    public Task<string> Ended { get; }

    /// <summary>The agent was asked to leave: there is none to come back to.</summary>
    internal bool WasShutDown { get; private set; }

    /// <summary>Whether the agent can still be there: it runs, or its owner was lost less than this ago.</summary>
    internal bool IsWithin(TimeSpan lease) =>
        !WasShutDown && (!Ended.IsCompleted || _time.GetElapsedTime(_endedAt) < lease);

    /// <summary>
    /// Asks the agent to leave: kills what still runs, removes its socket and directory. Then disposes this. Returns when
    /// the agent's processes have ended: ssh's session does with them.
    /// </summary>
    /// <exception cref="RpcException">
    /// The agent did not answer, and leaves by its lease; or it answered and has still not left.
    /// </exception>
    public async Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ShutdownLimit);
        try
        {
            ShutdownResponse response = await new AgentService.AgentServiceClient(Invoker)
                .ShutdownAsync(new ShutdownRequest { RemoveExecutable = removeExecutable }, cancellationToken: limit.Token)
                .ResponseAsync.ConfigureAwait(false);
            WasShutDown = true;

            // Our end first: where the bytes go through the session channel, ssh's session ends only after both ends of it
            // have, and the agent would wait for ours until its patience is over.
            await _channel.DisposeAsync().ConfigureAwait(false);
            await Tunnel.Ended.WaitAsync(LeaveLimit, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (TimeoutException late)
        {
            throw new RpcException(new Status(
                StatusCode.DeadlineExceeded, $"the agent agreed to leave, but has not ended after {LeaveLimit.TotalSeconds:0} s", late));
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection; the agent stays for its lease.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _channel.DisposeAsync().ConfigureAwait(false);
            await Tunnel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<string> EndAsync()
    {
        Task<string> first = await Task.WhenAny(Tunnel.Ended, _channel.Ended).ConfigureAwait(false);
        _endedAt = _time.GetTimestamp();

        // A stream breaks because ssh ended: where both are known, ssh's words are the reason.
        return await (Tunnel.Ended.IsCompleted ? Tunnel.Ended : first).ConfigureAwait(false);
    }
}
