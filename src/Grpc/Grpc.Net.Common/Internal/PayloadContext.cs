using System.Buffers;
using Grpc.Core;

namespace Grpc.Net;

/// <summary>Shows a marshaller a message in the transport's own buffer.</summary>
internal sealed class PayloadContext : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Reads a message; the sequence is not kept.</summary>
    /// <exception cref="ProtocolException">INTERNAL: the bytes are no such message.</exception>
    public T Read<T>(Marshaller<T> marshaller, in ReadOnlySequence<byte> payload)
    {
        _payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(this)
                ?? throw new InvalidOperationException("The deserializer returned nothing.");
        }
#pragma warning disable CA1031 // Whatever the marshaller threw, the peer's bytes did not parse.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new ProtocolException($"A message could not be deserialized: {e.Message}");
        }
        finally
        {
            _payload = default;
        }
    }
}
