using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Fireball.Linux;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Fireball.Kestrel;

/// <summary>
/// One connection for Kestrel over a pair of streams, without threads or buffers of its own between the two: Kestrel
/// reads what the stream reads, and what it flushes is written at once, so that a slow reader makes it wait.
/// </summary>
/// <remarks>
/// What the server wants to know of a connection it puts into <see cref="Features"/> before it hands the connection over;
/// a call finds it as <c>HttpContext.Features.Get&lt;T&gt;()</c>.
/// </remarks>
public sealed class StreamConnection : ConnectionContext, IConnectionIdFeature, IConnectionTransportFeature,
    IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    /// <summary>
    /// How long the peer may take to close its side after we have closed ours: one round trip on a slow line. Closed with
    /// its last bytes unread, a socket would tell the peer of a reset instead of an end.
    /// </summary>
    private static readonly TimeSpan LingerLimit = TimeSpan.FromSeconds(1);

    /// <summary>What one read takes at most: an HTTP/2 frame of the default size, 16 KiB, and its header.</summary>
    private const int ReadSize = 32 * 1024;

    private static long _lastId;

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamInput _reader;
    private readonly StreamOutput _writer;
    private int _aborted;
    private int _reported;
    private int _disposed;

    /// <summary>Takes over two streams, or the same one twice.</summary>
    /// <param name="input">What the peer sends.</param>
    /// <param name="output">What is sent to it; disposing of it tells the peer that no more comes.</param>
    /// <param name="peer">Who it is, for messages: "uid 1000, pid 4711".</param>
    public StreamConnection(Stream input, Stream output, string peer)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        (_input, _output, Peer) = (input, output, peer);
        ConnectionId = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        _reader = new StreamInput(input, ReportClosed);
        _writer = new StreamOutput(output, ReportClosed);
        Transport = new Duplex(PipeReader.Create(_reader, new StreamPipeReaderOptions(
            bufferSize: ReadSize, minimumReadSize: ReadSize / 2, leaveOpen: true)), _writer);
        ConnectionClosed = _closed.Token;
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set(this);
    }

    /// <summary>Takes over a connected socket.</summary>
    public StreamConnection(ReactorStream socket, string peer)
        : this(socket, new WritingHalfStream(socket), peer)
    {
    }

    /// <summary>Who is at the other end.</summary>
    public string Peer { get; }

    /// <summary>Why it was aborted; null: it was not.</summary>
    public string? AbortReason { get; private set; }

    /// <summary>Ends when both streams are closed; never fails.</summary>
    public Task Completion => _completion.Task;

    /// <inheritdoc/>
    public override string ConnectionId { get; set; }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <summary>Cancelled when the peer has gone, or the connection was aborted.</summary>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Closes at once, as Kestrel wants it; it gives no reason where the peer has left.</summary>
    public override void Abort(ConnectionAbortedException? abortReason) => Abort(abortReason?.Message ?? "the peer has left");

    /// <summary>Closes at once: what is being read and written ends, calls are cancelled.</summary>
    public void Abort(string reason)
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            AbortReason = reason;
            CloseStreams();
            ReportClosed();

            // Not left to Kestrel's disposal: where a peer resets streams in masses, it may forget to end the connection.
            _completion.TrySetResult();
        }
    }

    /// <summary>Kestrel has finished: tells the peer so, waits for its end, and closes.</summary>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // The protocol has flushed what it wanted to send; these two give back memory.
        Transport.Input.Complete();
        Transport.Output.Complete();
        if (Volatile.Read(ref _aborted) == 0)
        {
            await EndInOrderAsync().ConfigureAwait(false);
        }

        CloseStreams();
        ReportClosed();
        _completion.TrySetResult();
    }

    /// <summary>What is under way first, then our end, then the peer's, with what it still sends thrown away.</summary>
    private async Task EndInOrderAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(LingerLimit);
            await _writer.DrainAsync(limit.Token).ConfigureAwait(false);
            await _output.DisposeAsync().ConfigureAwait(false);
            var discarded = new byte[1024];
            while (!_reader.HasEnded)
            {
                _ = await _reader.ReadAsync(discarded, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The peer is gone, or does not care: closed all the same.
        }
    }

    private void CloseStreams()
    {
        _output.Dispose();
        _input.Dispose();
    }

    private void ReportClosed()
    {
        // On the pool: what hangs on the token must not run on the thread that waits for every socket.
        if (Interlocked.Exchange(ref _reported, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _closed, preferLocal: false);
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
