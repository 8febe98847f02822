using System.Buffers;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>
/// A received message in memory that is used again for later ones. A copy of 1 GiB read by the generated parser makes
/// 1 GiB of garbage, which costs more than all else that is done with the bytes.
/// </summary>
internal sealed class MessageCopy : IDisposable
{
    private readonly ArrayPool<byte> _pool = MessageMemory.Pool;
    private readonly int _length;
    private byte[]? _memory;

    private MessageCopy(in ReadOnlySequence<byte> message)
    {
        _length = checked((int)message.Length);
        _memory = _pool.Rent(Math.Max(_length, 1));
        message.CopyTo(_memory);
    }

    /// <summary>The bytes, until disposal.</summary>
    public ReadOnlyMemory<byte> Bytes => (_memory ?? throw new ObjectDisposedException(nameof(MessageCopy))).AsMemory(0, _length);

    /// <summary>Reads a message out of a copy, which is disposed here where that fails.</summary>
    /// <param name="message">The message.</param>
    /// <param name="read">Throws <see cref="InvalidDataException"/> or <see cref="InvalidProtocolBufferException"/>; keeps the copy.</param>
    /// <exception cref="InvalidDataException">The bytes are not one.</exception>
    public static T Read<T>(in ReadOnlySequence<byte> message, Func<MessageCopy, T> read)
    {
        var copy = new MessageCopy(message);
        try
        {
            return read(copy);
        }
        catch (InvalidProtocolBufferException e)
        {
            copy.Dispose();
            throw new InvalidDataException(e.Message, e);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Gives the memory back; the bytes must not be looked at any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            _pool.Return(memory);
        }
    }
}
