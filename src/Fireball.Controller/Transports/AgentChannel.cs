using Grpc.Core;

namespace Fireball.Controller;

/// <summary>Calls to an agent over one stream. It does not reconnect. Thread-safe.</summary>
/// <remarks>
/// A call that surely did not leave any more fails with UNAVAILABLE and the mark of <see cref="Rpc.NotStarted"/>; what
/// became of others whose connection was lost is for the agent to say.
/// </remarks>
public abstract class AgentChannel : IAsyncDisposable
{
    /// <summary>What clients of fireball.v1.AgentService are made with.</summary>
    public abstract CallInvoker Invoker { get; }

    /// <summary>Completes, never faulted, when the connection has ended, with the reason in one line.</summary>
    public abstract Task<string> Ended { get; }

    /// <summary>Closes the connection; calls under way end with UNAVAILABLE.</summary>
    public abstract ValueTask DisposeAsync();
}
