using Fireball.Controller;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// One call's way to a host of the table, which is kept at least until this is disposed. Connects it where it is not
/// connected, without a prompter: ssh's questions fail.
/// </summary>
internal sealed class HostUse(HostTable hosts, HostEntry entry, HostSpec spec) : IHostLink
{
    private int _released;

    public async ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken) =>
        entry.Connection.Session is { } session
            ? session.Invoker
            : (await hosts.ConnectAsync(entry, spec, prompter: null, progress: null, cancellationToken).ConfigureAwait(false)).Invoker;

    public ValueTask<bool> MendAsync(CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken) =>
        entry.Connection.MendAsync(used, failure, attempt, cancellationToken);

    public string? AgentOf(CallInvoker used, RpcException failure) => entry.Connection.AgentOf(used, failure);

    public Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken) =>
        entry.Connection.ShutdownAsync(removeExecutable, cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            hosts.Release(entry);
        }

        return ValueTask.CompletedTask;
    }
}
