namespace Fireball.Zmtp;

/// <summary>
/// How far a message is written, for those who implement <see cref="IMessageWriter"/>: frames end where they were said to,
/// and neither they nor the message are longer than the limits. Not thread-safe.
/// </summary>
/// <param name="maxFrameSize">The longest frame, in bytes.</param>
/// <param name="maxMessageSize">The longest message, all frames together, in bytes.</param>
public struct MessageProgress(int maxFrameSize, int maxMessageSize)
{
    private readonly int _maxFrameSize = maxFrameSize;
    private readonly int _maxMessageSize = maxMessageSize;
    private long _messageSize;
    private bool _inMessage;

    /// <summary>Bytes of the frame that are still to be written.</summary>
    public int FrameRemaining { get; private set; }

    /// <summary>A frame begins.</summary>
    /// <exception cref="InvalidOperationException">The frame before is not complete.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or beyond a limit.</exception>
    public void BeginFrame(int length, bool more)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (FrameRemaining > 0)
        {
            throw new InvalidOperationException($"The frame before lacks {FrameRemaining} bytes.");
        }

        _messageSize = (_inMessage ? _messageSize : 0) + length;
        if (length > _maxFrameSize || _messageSize > _maxMessageSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"A frame has at most {_maxFrameSize} bytes, a message {_maxMessageSize}.");
        }

        FrameRemaining = length;
        _inMessage = more;
    }

    /// <summary>Bytes of the frame were written.</summary>
    /// <param name="count">How many.</param>
    /// <param name="room">How many the memory handed out had room for.</param>
    /// <exception cref="InvalidOperationException">More than the frame lacks, or than there was room for.</exception>
    public void Advance(int count, int room)
    {
        if ((uint)count > (uint)Math.Min(FrameRemaining, room))
        {
            throw new InvalidOperationException($"{count} bytes are more than the {FrameRemaining} left in the frame.");
        }

        FrameRemaining -= count;
    }

    /// <summary>The writer has given the message up; the next frame begins another one.</summary>
    public void Abandon() => (FrameRemaining, _inMessage) = (0, false);

    /// <summary>Throws where a frame or a message was left unfinished.</summary>
    /// <exception cref="InvalidOperationException">It says what is missing.</exception>
    public readonly void ThrowIfUnfinished()
    {
        if (FrameRemaining > 0)
        {
            throw new InvalidOperationException($"A frame was begun and {FrameRemaining} bytes of it were not written.");
        }

        if (_inMessage)
        {
            throw new InvalidOperationException("A message was begun and its last frame was not written.");
        }
    }
}
