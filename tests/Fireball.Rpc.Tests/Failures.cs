using Grpc.Core;

namespace Fireball.Rpc.Tests;

internal static class Failures
{
    /// <summary>The call must fail, with this code.</summary>
    public static async Task<RpcException> FailsWithAsync(this Task call, StatusCode code)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.True(code == failure.StatusCode, $"expected {code}, got {failure.Status}");
        return failure;
    }

    /// <summary>A task that ends when the token is cancelled.</summary>
    public static Task Cancelled(this CancellationToken token)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => source.TrySetResult());
        return source.Task;
    }
}
