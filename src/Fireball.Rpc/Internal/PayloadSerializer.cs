using System.Buffers;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// Writes a message straight into the send buffer as a payload: envelope frame and payload frame. One for each
/// connection, used under its send lock only.
/// </summary>
internal sealed class PayloadSerializer(int maxMessageSize) : SerializationContext
{
    private IMessageWriter? _writer;
    private ArrayBufferWriter<byte>? _unsized;
    private IBufferWriter<byte>? _output;
    private ulong _call;
    private int _length;
    private bool _complete;

    /// <summary>Writes <paramref name="message"/>; returns its length in bytes.</summary>
    internal int Write<T>(IMessageWriter writer, ulong call, Marshaller<T> marshaller, T message)
    {
        (_writer, _call, _length, _complete, _unsized) = (writer, call, -1, false, null);
        try
        {
            marshaller.ContextualSerializer(message, this);
            return _complete ? _length : throw new InvalidOperationException("The serializer did not call Complete.");
        }
        finally
        {
            (_writer, _output, _unsized) = (null, null, null);
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (payloadLength > maxMessageSize)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"a message of {payloadLength} bytes is over the limit of {maxMessageSize} bytes"));
        }

        if (_length >= 0)
        {
            throw new InvalidOperationException("The payload's length was set before.");
        }

        _length = payloadLength;
        EnvelopeWriter.Payload(Writer, _call);
        if (payloadLength <= Limits.MaxPayloadFrame)
        {
            Writer.BeginFrame(payloadLength, more: false);
            _output = Writer;
        }
        else
        {
            _output = new SplitWriter(Writer, payloadLength);
        }
    }

    public override IBufferWriter<byte> GetBufferWriter() =>
        _output ?? (_unsized ??= new ArrayBufferWriter<byte>());

    public override void Complete()
    {
        if (_length < 0)
        {
            Copy(_unsized is null ? [] : _unsized.WrittenSpan);
        }

        _complete = true;
    }

    public override void Complete(byte[] payload)
    {
        Copy(payload);
        _complete = true;
    }

    private IMessageWriter Writer =>
        _writer ?? throw new InvalidOperationException("A serialization context is valid in its serializer only.");

    private void Copy(ReadOnlySpan<byte> payload)
    {
        SetPayloadLength(payload.Length);
        _output!.Write(payload);
    }
}
