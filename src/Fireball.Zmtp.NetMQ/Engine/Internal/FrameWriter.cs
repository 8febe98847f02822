namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// Frames as NetMQ takes them: each a part of an array that is never written again. NetMQ does not tell when it has sent a
/// frame, so no memory comes back: the collector has it.
/// </summary>
internal sealed class FrameWriter(int maxFrameSize, int maxMessageSize) : IMessageWriter
{
    /// <summary>What small frames share, in bytes: some 30 envelopes. Arbitrary.</summary>
    private const int ChunkSize = 4096;

    /// <summary>The longest frame that shares, in bytes. Arbitrary; at most half of a chunk is left unused.</summary>
    private const int MaxShared = ChunkSize / 2;

    private byte[] _chunk = [];
    private int _chunkEnd;
    private byte[] _array = [];
    private int _position;
    private int _frameRemaining;
    private byte[]? _spare;
    private bool _spareIsOut;
    private long _messageSize;
    private bool _inMessage;

    /// <summary>What was written; taken by whoever sends it.</summary>
    public List<Frame> Frames { get; set; } = [];

    /// <summary>The cost of all that was ever written; see <see cref="MessageCost"/>.</summary>
    public long Written { get; private set; }

    /// <summary>Takes back what a failed encoder wrote.</summary>
    public void RollBack(int frames, long written)
    {
        Frames.RemoveRange(frames, Frames.Count - frames);
        (Written, _frameRemaining, _inMessage, _spareIsOut) = (written, 0, false, false);
    }

    /// <summary>Throws where the encoder left a frame or a message unfinished.</summary>
    public void ThrowIfUnfinished()
    {
        if (_frameRemaining > 0)
        {
            throw new InvalidOperationException($"A frame was begun and {_frameRemaining} bytes of it were not written.");
        }

        if (_inMessage)
        {
            throw new InvalidOperationException("A message was begun and its last frame was not written.");
        }
    }

    /// <inheritdoc/>
    public void BeginFrame(int length, bool more)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_frameRemaining > 0)
        {
            throw new InvalidOperationException($"The frame before lacks {_frameRemaining} bytes.");
        }

        _messageSize = (_inMessage ? _messageSize : 0) + length;
        if (length > maxFrameSize || _messageSize > maxMessageSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"A frame has at most {maxFrameSize} bytes, a message {maxMessageSize}.");
        }

        if (length > MaxShared)
        {
            (_array, _position) = (GC.AllocateUninitializedArray<byte>(length), 0);
        }
        else
        {
            if (_chunk.Length - _chunkEnd < length)
            {
                (_chunk, _chunkEnd) = (new byte[ChunkSize], 0);
            }

            (_array, _position) = (_chunk, _chunkEnd);
            _chunkEnd += length;
        }

        Frames.Add(new Frame(_array, _position, length, more));
        Written += more ? length : length + MessageCost.Overhead;
        (_frameRemaining, _inMessage, _spareIsOut) = (length, more, false);
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        if ((uint)count > (uint)_frameRemaining)
        {
            throw new InvalidOperationException($"{count} bytes are more than the {_frameRemaining} left in the frame.");
        }

        if (_spareIsOut)
        {
            _spare.AsSpan(0, count).CopyTo(_array.AsSpan(_position));
            _spareIsOut = false;
        }

        _position += count;
        _frameRemaining -= count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        // Never beyond the frame: what follows it in a shared chunk may be another frame's, which NetMQ is sending.
        if (_frameRemaining >= Math.Max(sizeHint, 1))
        {
            _spareIsOut = false;
            return _array.AsMemory(_position, _frameRemaining);
        }

        // An encoder may ask for more than it will write.
        if (_spare is null || _spare.Length < Math.Max(sizeHint, 1))
        {
            _spare = new byte[Math.Max(sizeHint, 256)];
        }

        _spareIsOut = true;
        return _spare;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
