using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net;

/// <summary>Takes messages from a marshaller and writes them with their prefix; used for one message after the other.</summary>
/// <param name="target">Where to; a message of known length and without compression is written there at once.</param>
/// <param name="limit">Bytes a message may have; null: any number.</param>
internal sealed class MessageWriter(IBufferWriter<byte> target, int? limit) : SerializationContext
{
    private int? _length;
    private PooledBuffer? _buffer;
    private bool _completed;
    private bool _compress;
    private bool _prefixWritten;

    /// <summary>How messages are compressed; null: not at all.</summary>
    public ICompressionProvider? Compression { get; set; }

    /// <summary>The level, where the application names one.</summary>
    public CompressionLevel? Level { get; init; }

    /// <summary>Writes one message.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: it is larger than the limit.</exception>
    public void Write<T>(Marshaller<T> marshaller, T message, bool compress)
    {
        _length = null;
        _completed = false;
        _prefixWritten = false;
        _compress = compress && Compression is not null;
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (!_completed)
            {
                throw new InvalidOperationException("The serializer did not complete the message.");
            }
        }
        finally
        {
            _buffer?.Release();
            _buffer = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        MessageLimits.CheckSend(payloadLength, limit);
        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_buffer is not null)
        {
            return _buffer;
        }

        if (_length is { } length && !_compress)
        {
            WritePrefix(compressed: false, length);
            return target;
        }

        // 512: what most messages fit, arbitrary.
        return _buffer = new PooledBuffer(_length ?? 512);
    }

    public override void Complete()
    {
        _completed = true;
        if (!_prefixWritten)
        {
            WriteWhole(_buffer is null ? [] : _buffer.Span);
        }
    }

    public override void Complete(byte[] payload)
    {
        _completed = true;
        WriteWhole(payload);
    }

    private void WriteWhole(ReadOnlySpan<byte> payload)
    {
        MessageLimits.CheckSend(payload.Length, limit);
        if (!_compress)
        {
            WritePrefix(compressed: false, payload.Length);
            target.Write(payload);
            return;
        }

        // Half the size and the format's own bytes: arbitrary; it grows as needed.
        var compressed = new PooledBuffer(payload.Length / 2 + 64);
        try
        {
            using (var sink = new BufferStream(compressed))
            using (var stream = Compression!.CreateCompressionStream(sink, Level))
            {
                stream.Write(payload);
            }

            WritePrefix(compressed: true, compressed.Length);
            target.Write(compressed.Span);
        }
        finally
        {
            compressed.Release();
        }
    }

    private void WritePrefix(bool compressed, int length)
    {
        MessagePrefix.Write(target.GetSpan(MessagePrefix.Size), compressed, length);
        target.Advance(MessagePrefix.Size);
        _prefixWritten = true;
    }
}
