using System.Buffers;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>A message passed on unread. Its memory is pooled: it is returned once the message is in the send buffer.</summary>
internal sealed class RelayedMessage
{
    internal static readonly Marshaller<RelayedMessage> Marshaller = Marshallers.Create(Write, Read);

    private byte[]? _bytes;
    private int _length;

    /// <summary>Gives the memory back; the message must not be used any more.</summary>
    internal void Return()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static void Write(RelayedMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message._length);
        context.GetBufferWriter().Write(message._bytes.AsSpan(0, message._length));
        context.Complete();
    }

    private static RelayedMessage Read(DeserializationContext context)
    {
        var length = context.PayloadLength;
        var message = new RelayedMessage { _bytes = ArrayPool<byte>.Shared.Rent(length), _length = length };
        context.PayloadAsReadOnlySequence().CopyTo(message._bytes);
        return message;
    }
}
