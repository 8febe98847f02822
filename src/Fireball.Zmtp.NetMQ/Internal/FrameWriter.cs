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
    private MessageProgress _progress = new(maxFrameSize, maxMessageSize);
    private byte[]? _spare;
    private bool _spareIsOut;

    /// <summary>What was written; taken by the sender.</summary>
    public List<Frame> Frames { get; set; } = [];

    /// <summary>The cost of all that was ever written; see <see cref="MessageCost"/>.</summary>
    public long Written { get; private set; }

    /// <summary>Takes back what a failed encoder wrote.</summary>
    public void RollBack(int frames, long written)
    {
        Frames.RemoveRange(frames, Frames.Count - frames);
        (Written, _spareIsOut) = (written, false);
        _progress.Abandon();
    }

    /// <summary>Throws where the encoder left a frame or a message unfinished.</summary>
    public void ThrowIfUnfinished() => _progress.ThrowIfUnfinished();

    /// <inheritdoc/>
    public void BeginFrame(int length, bool more)
    {
        _progress.BeginFrame(length, more);
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
        _spareIsOut = false;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _progress.Advance(count, _spareIsOut ? _spare!.Length : int.MaxValue);
        if (_spareIsOut)
        {
            _spare.AsSpan(0, count).CopyTo(_array.AsSpan(_position));
            _spareIsOut = false;
        }

        _position += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        // Never beyond the frame: what follows it in a shared chunk may be another frame's, which NetMQ is sending.
        if (_progress.FrameRemaining >= Math.Max(sizeHint, 1))
        {
            _spareIsOut = false;
            return _array.AsMemory(_position, _progress.FrameRemaining);
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
