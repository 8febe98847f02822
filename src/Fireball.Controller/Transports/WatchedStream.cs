using Fireball.Linux;

namespace Fireball.Controller;

/// <summary>A connection's stream that tells when it has ended, and the first reason.</summary>
internal sealed class WatchedStream(Stream inner) : DelegatingStream(inner)
{
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes, never faulted, with the reason in one line.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>It has ended for this reason, unless there was one before.</summary>
    public void End(string reason) => _ended.TrySetResult(reason);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            int count = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0 && !buffer.IsEmpty)
            {
                End("the agent closed the connection");
            }

            return count;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            End(failure.Message);
            throw;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            End(failure.Message);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // By the HTTP handler: its pings were not answered, or it was told to go away and has no call left.
            End("the agent is leaving, or does not answer any more");
        }

        base.Dispose(disposing);
    }
}
