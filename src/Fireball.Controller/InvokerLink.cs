using Grpc.Core;

namespace Fireball.Controller;

/// <summary>A link that somebody else keeps.</summary>
internal sealed class InvokerLink(CallInvoker invoker) : IHostLink
{
    public ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken) => new(invoker);

    public ValueTask<bool> MendAsync(CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken) =>
        new(false);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
