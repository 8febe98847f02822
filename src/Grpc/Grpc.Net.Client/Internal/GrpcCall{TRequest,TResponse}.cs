using System.Buffers;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>A call with the types of its messages.</summary>
internal sealed class GrpcCall<TRequest, TResponse>(
    GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    : GrpcCall(channel, method, options)
    where TRequest : class
    where TResponse : class
{
    private readonly PayloadContext _payload = new();
    private ResponseBuffer? _buffer;
    private ICompressionProvider? _encoding;

    /// <summary>A writer of requests into a buffer.</summary>
    public MessageWriter CreateWriter(IBufferWriter<byte> target) =>
        new(target, Channel.MaxSendMessageSize) { Compression = Channel.Compression.Find(RequestEncoding) };

    /// <summary>Writes a request as the caller's options have it.</summary>
    public void WriteRequest(MessageWriter writer, TRequest request, WriteOptions? options) =>
        writer.Write(method.RequestMarshaller, request, !HasFlag(options, WriteFlags.NoCompress));

    public static bool HasFlag(WriteOptions? options, WriteFlags flag) => options?.Flags.HasFlag(flag) == true;

    /// <summary>The one response of a unary or client-streaming call.</summary>
    public async Task<TResponse> ReadResponseAsync()
    {
        var response = await ReadMessageAsync().ConfigureAwait(false);
        if (response is not null && await ReadMessageAsync().ConfigureAwait(false) is not null)
        {
            Fail(new ProtocolException("The server sent more than one response."));
        }

        if (Ended().Status.StatusCode != StatusCode.OK)
        {
            throw CreateException();
        }

        return response
            ?? throw new RpcException(new Status(StatusCode.Internal, "The call ended well, but without a response."));
    }

    /// <summary>The responses of a server- or duplex-streaming call.</summary>
    public ResponseStreamReader<TRequest, TResponse> OpenReader() => new(this);

    /// <summary>The next response; null: the call has ended, and how is its outcome.</summary>
    public async ValueTask<TResponse?> ReadMessageAsync()
    {
        try
        {
            if (_buffer is null && !await OpenAsync().ConfigureAwait(false))
            {
                return null;
            }

            if (Outcome is null && await _buffer!.ReadAsync(CancellationToken).ConfigureAwait(false))
            {
                return MessageCompression.Read(
                    _payload, method.ResponseMarshaller, new ReadOnlySequence<byte>(_buffer.Payload), _buffer.Compressed,
                    _encoding, Channel.MaxReceiveMessageSize);
            }

            if (Outcome is null)
            {
                var (status, trailers) = ResponseHeaders.ParseTrailers((await Opening.ConfigureAwait(false))!.TrailingHeaders);
                End(status, trailers);
            }
        }
#pragma warning disable CA1031 // Whatever was thrown is how this call ended; its caller is told by the status.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
        }

        _buffer?.Release();
        return null;
    }

    /// <summary>False: the call has ended.</summary>
    private async ValueTask<bool> OpenAsync()
    {
        var response = await Opening.ConfigureAwait(false);
        if (response is null || Outcome is not null)
        {
            return false;
        }

        if (response.Headers.NonValidated.TryGetValues(HeaderNames.Encoding, out var encoding))
        {
            _encoding = Channel.Compression.Find(encoding.ToString());
            if (!Channel.Compression.Knows(encoding.ToString()))
            {
                throw new ProtocolException($"The server's messages have the encoding '{encoding}', which this side does not know.");
            }
        }

        var stream = await response.Content.ReadAsStreamAsync(CancellationToken).ConfigureAwait(false);
        _buffer = new ResponseBuffer(stream, Channel.MaxReceiveMessageSize);
        return true;
    }
}
