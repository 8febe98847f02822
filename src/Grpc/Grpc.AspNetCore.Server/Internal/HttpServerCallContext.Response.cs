using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Server;

internal sealed partial class HttpServerCallContext
{
    // The response's states: whoever writes or ends it takes it out of Idle.
    private const int Idle = 0;
    private const int Writing = 1;
    private const int Ended = 2;

    private int _state;
    private bool _sent;
    private string? _responseEncoding;
    private MessageWriter? _writer;
    private PipeWriter? _body;

    /// <summary>Writes a response; without flushing it stays in the buffer until the next, or the call's end.</summary>
    /// <exception cref="InvalidOperationException">Another is being written, or the call has ended.</exception>
    /// <exception cref="OperationCanceledException">The client cancelled, or the deadline passed.</exception>
    public Task WriteAsync<T>(
        Marshaller<T> marshaller, T message, WriteOptions? options, bool flush, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (flush)
        {
            // A service that only writes learns here that nobody reads any more.
            CancellationToken.ThrowIfCancellationRequested();
        }

        EnterWriting();
        var leave = true;
        try
        {
            var flags = options?.Flags ?? default;
            if (_writer is null)
            {
                _body = HttpContext.Response.BodyWriter;
                _writer = new MessageWriter(_body, _options.MaxSendMessageSize)
                {
                    Compression = _options.Compression.Find(_responseEncoding),
                    Level = _options.ResponseLevel,
                };
            }

            _writer.Write(marshaller, message, !flags.HasFlag(WriteFlags.NoCompress));
            _sent = true;
            if (!flush || flags.HasFlag(WriteFlags.BufferHint))
            {
                return Task.CompletedTask;
            }

            var flushing = _body!.FlushAsync(cancellationToken);
            if (flushing.IsCompletedSuccessfully)
            {
                flushing.GetAwaiter().GetResult();
                return Task.CompletedTask;
            }

            leave = false;
            return FlushAsync(flushing);
        }
        finally
        {
            if (leave)
            {
                LeaveWriting();
            }
        }
    }

    /// <summary>Ends the response by the service's outcome, unless the deadline has.</summary>
    public async ValueTask EndAsync(Status status)
    {
        if (Interlocked.Exchange(ref _state, Ended) != Ended)
        {
            StatusTrailers.Write(HttpContext, status, _responseTrailers, only: !_sent);
        }
        else
        {
            // The request must not end before the response's end is written.
            await _expired!.Task.ConfigureAwait(false);
        }
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        EnterWriting();
        try
        {
            if (_sent)
            {
                throw new InvalidOperationException("The response headers have been sent.");
            }

            StatusTrailers.Add(HttpContext.Response.Headers, responseHeaders);
            _sent = true;
            await HttpContext.Response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            LeaveWriting();
        }
    }

    private void ChooseResponseEncoding(string? acceptEncoding)
    {
        if (_options.ResponseEncoding is { } encoding && MessageCompression.IsAccepted(acceptEncoding, encoding))
        {
            _responseEncoding = encoding;
            HttpContext.Response.Headers[HeaderNames.Encoding] = encoding;
        }
    }

    private async Task FlushAsync(ValueTask<FlushResult> flushing)
    {
        try
        {
            await flushing.ConfigureAwait(false);
        }
        finally
        {
            LeaveWriting();
        }
    }

    private void EnterWriting()
    {
        switch (Interlocked.CompareExchange(ref _state, Writing, Idle))
        {
            case Writing:
                throw new InvalidOperationException("A response is being written already.");
            case Ended when _expiry is { IsCancellationRequested: false }:
                throw new OperationCanceledException("The deadline passed.");
            case Ended:
                throw new InvalidOperationException("The call has ended; no response can be written.");
        }
    }

    private void LeaveWriting() => Interlocked.CompareExchange(ref _state, Idle, Writing);
}
