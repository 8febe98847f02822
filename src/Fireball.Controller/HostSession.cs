using Fireball.Ssh;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>One connection to one host's agent, from its handshake to its end. Thread-safe.</summary>
public sealed class HostSession : IAsyncDisposable
{
    /// <summary>
    /// How long a leaving owner waits for the agent's answer: the kill ladder's 5 s and some time to tidy up.
    /// </summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(8);

    private readonly AgentChannel _channel;
    private int _disposed;

    internal HostSession(ISshSession ssh, AgentChannel channel, long startedAt)
    {
        Ssh = ssh;
        _channel = channel;
        StartedAt = startedAt;
        Ended = EndAsync();
    }

    /// <summary>The SSH side: route, and what the agent said of itself.</summary>
    public ISshSession Ssh { get; }

    /// <summary>Calls over this connection.</summary>
    public CallInvoker Invoker => _channel.Invoker;

    /// <summary>When it was made, by the time provider's monotonic clock.</summary>
    public long StartedAt { get; }

    /// <summary>Completes, never faulted, when the connection has ended, with the reason in one line.</summary>
    public Task<string> Ended { get; }

    /// <summary>Asks the agent to leave: kills what still runs, removes its socket and directory. Then disposes this.</summary>
    /// <exception cref="RpcException">The agent did not answer; it leaves by its lease.</exception>
    public async Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ShutdownLimit);
        try
        {
            return await new Agent.AgentClient(Invoker)
                .ShutdownAsync(new ShutdownRequest { RemoveExecutable = removeExecutable }, cancellationToken: limit.Token)
                .ResponseAsync.ConfigureAwait(false);
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
            await Ssh.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<string> EndAsync()
    {
        Task<string> first = await Task.WhenAny(Ssh.Ended, _channel.Ended).ConfigureAwait(false);
        return await first.ConfigureAwait(false);
    }
}
