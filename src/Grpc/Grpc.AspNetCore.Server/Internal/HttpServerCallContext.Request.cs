using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

internal sealed partial class HttpServerCallContext
{
    private readonly PayloadContext _payload = new();
    private ICompressionProvider? _requestEncoding;

    /// <summary>
    /// For reading: the client's own end of the call comes through the request's pipe, only the deadline's does not.
    /// </summary>
    public CancellationToken ReadToken => _expiryToken ?? CancellationToken.None;

    /// <summary>The next request; null: the client has half-closed.</summary>
    /// <exception cref="ProtocolException">It is larger than the limit, no such message, or cut off.</exception>
    /// <exception cref="OperationCanceledException">The client cancelled or is gone, or the deadline passed.</exception>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        EnterReading();
        try
        {
            var reader = HttpContext.Request.BodyReader;
            while (true)
            {
                var result = await ReadPipeAsync(reader, cancellationToken).ConfigureAwait(false);
                if (TryTake(reader, result, marshaller, out var message))
                {
                    return message;
                }

                if (result.IsCompleted)
                {
                    return null;
                }
            }
        }
        finally
        {
            LeaveReading();
        }
    }

    /// <summary>The request of a call that has exactly one.</summary>
    /// <exception cref="ProtocolException">There is none, or more than one.</exception>
    public async ValueTask<T> ReadOnlyAsync<T>(Marshaller<T> marshaller)
        where T : class
    {
        var message = await ReadAsync(marshaller, ReadToken).ConfigureAwait(false)
            ?? throw new ProtocolException("The request stream ended without a message.");
        var result = await ReadPipeAsync(HttpContext.Request.BodyReader, ReadToken).ConfigureAwait(false);
        HttpContext.Request.BodyReader.AdvanceTo(result.Buffer.End);
        return result.IsCompleted && result.Buffer.IsEmpty
            ? message
            : throw new ProtocolException("More than one request message was received.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadPipeAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // Kestrel's word for a stream that the client has reset.
            throw new OperationCanceledException("The client cancelled the call.", e, HttpContext.RequestAborted);
        }
    }

    private bool TryTake<T>(PipeReader reader, ReadResult result, Marshaller<T> marshaller, out T? message)
    {
        var buffer = result.Buffer;
        // What was not used has been looked at: the pipe waits for more, and the client's window is opened.
        var (consumed, examined) = (buffer.Start, buffer.End);
        try
        {
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The request was cancelled.");
            }

            if (MessagePrefix.TryRead(buffer, out var prefix))
            {
                MessageLimits.CheckReceive(prefix.Length, _options.MaxReceiveMessageSize);
                var length = MessagePrefix.Size + (long)prefix.Length;
                if (buffer.Length >= length)
                {
                    var payload = buffer.Slice(MessagePrefix.Size, prefix.Length);
                    message = MessageCompression.Read(
                        _payload, marshaller, payload, prefix.Compressed, _requestEncoding, _options.MaxReceiveMessageSize);
                    consumed = examined = payload.End;
                    return true;
                }
            }

            if (result.IsCompleted && !buffer.IsEmpty)
            {
                throw new ProtocolException("The request stream ended inside a message.");
            }

            message = default;
            return false;
        }
        finally
        {
            reader.AdvanceTo(consumed, examined);
        }
    }
}
