using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>A link over an invoker that the caller keeps: nothing is made again.</summary>
internal sealed class InvokerLink(CallInvoker invoker) : IHostLink
{
    public ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken) => new(invoker);

    public ValueTask<bool> MendAsync(CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken) =>
        new(false);

    public string? AgentOf(CallInvoker used, RpcException failure) => null;

    public Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken) =>
        new AgentService.AgentServiceClient(invoker)
            .ShutdownAsync(new ShutdownRequest { RemoveExecutable = removeExecutable }, cancellationToken: cancellationToken)
            .ResponseAsync;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
