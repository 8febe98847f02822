using System.Buffers;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Reads a message straight from the receive buffer. One for each connection, used by its read loop only.</summary>
internal sealed class PayloadDeserializer : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    internal T Read<T>(in ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        _payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(this);
        }
        finally
        {
            _payload = default;
        }
    }
}
