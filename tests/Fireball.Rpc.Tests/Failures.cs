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

    /// <summary>The call must fail because its connection is lost: UNAVAILABLE, or with the gRPC package INTERNAL.</summary>
    public static async Task FailsForItsConnectionAsync(this Task call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.True(
            failure.StatusCode == StatusCode.Unavailable || (UsesPackages && failure.StatusCode == StatusCode.Internal),
            $"expected UNAVAILABLE, got {failure.Status}");
    }

    // The packages are of version 2.
    private static bool UsesPackages => typeof(Status).Assembly.GetName().Version!.Major >= 2;

    /// <summary>A disposed call must say that it is cancelled; the gRPC package says instead that it is disposed.</summary>
    public static async Task ReadingADisposedCallAsync(IAsyncStreamReader<Note> responses, StatusCode code)
    {
        var failure = await Record.ExceptionAsync(() => responses.MoveNext(CancellationToken.None));
        Assert.True(failure is ObjectDisposedException || (failure as RpcException)?.StatusCode == code, failure?.ToString());
    }

    /// <summary>A task that ends when the token is cancelled.</summary>
    public static Task Cancelled(this CancellationToken token)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => source.TrySetResult());
        return source.Task;
    }
}
