namespace Grpc.Core;

/// <summary>Turns messages into bytes and back.</summary>
public class Marshaller<T>
{
    private readonly Func<T, byte[]>? _serializer;
    private readonly Func<byte[], T>? _deserializer;

    /// <summary>A marshaller of whole arrays.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        _serializer = serializer;
        _deserializer = deserializer;
        ContextualSerializer = (value, context) => context.Complete(serializer(value));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>A marshaller that writes into, and reads from, the transport's buffers.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
    }

    /// <summary>Message to array.</summary>
    /// <exception cref="NotSupportedException">The marshaller works on the transport's buffers only.</exception>
    public Func<T, byte[]> Serializer => _serializer ?? throw ContextualOnly();

    /// <summary>Array to message.</summary>
    /// <exception cref="NotSupportedException">The marshaller works on the transport's buffers only.</exception>
    public Func<byte[], T> Deserializer => _deserializer ?? throw ContextualOnly();

    /// <summary>Message to the transport's buffer.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>The transport's buffer to message.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }

    private static NotSupportedException ContextualOnly() =>
        new("This marshaller was made from contextual functions; use ContextualSerializer and ContextualDeserializer.");
}
