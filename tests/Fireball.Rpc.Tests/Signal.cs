namespace Fireball.Rpc.Tests;

/// <summary>Something a test waits for.</summary>
internal sealed class Signal
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSet => _source.Task.IsCompleted;

    public void Set() => _source.TrySetResult();

    public Task WaitAsync(CancellationToken limit) => _source.Task.WaitAsync(limit);
}
