using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>Keeps the way to one host's agent: makes it when it is needed, and again when it was lost. Thread-safe.</summary>
public interface IHostLink : IAsyncDisposable
{
    /// <summary>An invoker for calls of fireball.v1.AgentService; connects where it must.</summary>
    /// <exception cref="ConnectException">The host cannot be connected.</exception>
    ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Told that a call on <paramref name="used"/> failed before it reached the agent. True: the way is mended, the call
    /// may be made again on a new invoker; false: the failure stands.
    /// </summary>
    /// <param name="used">The invoker of the failed call.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="attempt">How often the call has been tried, from 1.</param>
    /// <param name="cancellationToken">Stops mending.</param>
    /// <exception cref="ConnectException">The host cannot be connected again.</exception>
    ValueTask<bool> MendAsync(CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken);

    /// <summary>Which agent a failed call went to, by its socket; null: that is not known.</summary>
    /// <param name="used">The invoker of the failed call.</param>
    /// <param name="failure">How it failed.</param>
    string? AgentOf(CallInvoker used, RpcException failure);

    /// <summary>Lets the agent leave; returns when it is gone, as far as this link can see.</summary>
    /// <param name="removeExecutable">Remove the agent's executable too.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RpcException">The agent did not answer, or has not left.</exception>
    /// <exception cref="ConnectException">The host cannot be connected.</exception>
    Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken);
}
