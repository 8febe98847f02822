using Fireball.Linux;

namespace Fireball.TestSupport;

/// <summary>A connection that turns into a black hole: what is written is lost, and nothing is ever received.</summary>
public sealed class FreezingStream(Stream inner) : AsyncStream
{
    private readonly CancellationTokenSource _frozen = new();
    private readonly TaskCompletionSource<int> _never = new();

    public void Freeze() => _frozen.Cancel();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _frozen.Token);
        try
        {
            return await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await _never.Task.WaitAsync(cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _frozen.IsCancellationRequested ? ValueTask.CompletedTask : inner.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        // The socket stays open: its other end is not to learn anything. It goes with the test's process.
        if (!_frozen.IsCancellationRequested)
        {
            inner.Dispose();
            _frozen.Dispose();
        }

        base.Dispose(disposing);
    }
}
