using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>Takes the frames of outgoing messages; see <see cref="IMessageConnection.Write{TState}"/>.</summary>
public interface IMessageWriter : IBufferWriter<byte>
{
    /// <summary>
    /// Begins a frame of exactly <paramref name="length"/> bytes, which the caller then writes as to any
    /// <see cref="IBufferWriter{T}"/>. A frame with <paramref name="more"/> false is the message's last.
    /// </summary>
    void BeginFrame(int length, bool more);
}
