using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a marshaller puts a message: either <see cref="Complete(byte[])"/> with the whole, or
/// <see cref="SetPayloadLength"/>, writing to <see cref="GetBufferWriter"/> and <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message; the array belongs to the transport from here on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Where to write the message.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Says how many bytes will be written, before the first is.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotSupportedException();

    /// <summary>Says that the message has been written to the buffer writer.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}
