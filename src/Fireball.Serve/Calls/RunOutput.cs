using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// The one stream of events that many hosts write: one at a time, in the order in which they came, and each waits until
/// its event is on its way. So what is kept for a caller who reads slowly is one event a host.
/// </summary>
internal sealed class RunOutput(IServerStreamWriter<RunResponse> responses) : IDisposable
{
    /// <summary>
    /// Bytes that may wait to leave together with the next event, while another one waits to be written: what one write to
    /// a socket takes well.
    /// </summary>
    private const int MaxBuffered = 64 * 1024;

    /// <summary>An event's fields besides its data, generously.</summary>
    private const int EventSize = 64;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _waiting;
    private int _buffered;

    public async Task WriteAsync(RunResponse response, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            _buffered += EventSize + response.StdoutData.Length + response.StderrData.Length;
            bool flush = Volatile.Read(ref _waiting) == 0 || _buffered >= MaxBuffered;
            responses.WriteOptions = flush ? null : Buffered;
            await responses.WriteAsync(response, cancellationToken);
            _buffered = flush ? 0 : _buffered;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
