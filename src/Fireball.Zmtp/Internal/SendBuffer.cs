using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>
/// Encoded frames waiting to be sent, in pooled chunks. Two of these alternate in a connection: one is written while
/// the other is sent.
/// </summary>
internal sealed class SendBuffer(int maxFrameSize, int maxMessageSize) : IMessageWriter
{
    /// <summary>
    /// 128 KiB: a message of the 64 KiB Fireball sends at a time with its headers, or some 2,000 small ones, in one
    /// write to the stream. Pages never written cost no memory.
    /// </summary>
    private const int ChunkSize = 128 * 1024;

    /// <summary>512 KiB: the largest chunk for one frame; a longer frame is spread, to keep what is sent in the cache.</summary>
    private const int MaxChunkSize = 512 * 1024;

    private readonly List<Chunk> _chunks = [];
    private MessageProgress _progress = new(maxFrameSize, maxMessageSize);
    private byte[] _array = [];
    private int _position;

    /// <summary>Bytes in the buffer.</summary>
    public long Length { get; private set; }

    /// <summary>Where a failed encoder's bytes begin.</summary>
    public (int Chunks, int Position, long Length) Mark => (_chunks.Count, _position, Length);

    /// <summary>The chunks to send. Ends writing until <see cref="Clear"/>.</summary>
    public List<Chunk> Seal()
    {
        _chunks.Add(new Chunk(_array, _position));
        return _chunks;
    }

    /// <summary>Empties a sealed buffer and keeps one chunk of the base size.</summary>
    public void Clear()
    {
        byte[]? kept = null;
        foreach (var chunk in _chunks)
        {
            if (kept is null && chunk.Array.Length < 2 * ChunkSize)
            {
                kept = chunk.Array;
            }
            else
            {
                Return(chunk.Array);
            }
        }

        _chunks.Clear();
        _array = kept ?? [];
        _position = 0;
        Length = 0;
    }

    /// <summary>Gives all memory back; nothing is written afterwards.</summary>
    public void Release()
    {
        foreach (var chunk in Seal())
        {
            Return(chunk.Array);
        }

        _chunks.Clear();
        _array = [];
        (_position, Length) = (0, 0);
    }

    /// <summary>Takes back everything after <paramref name="mark"/>.</summary>
    public void RollBack((int Chunks, int Position, long Length) mark)
    {
        if (_chunks.Count > mark.Chunks)
        {
            Return(_array);
            for (var i = mark.Chunks + 1; i < _chunks.Count; i++)
            {
                Return(_chunks[i].Array);
            }

            _array = _chunks[mark.Chunks].Array;
            _chunks.RemoveRange(mark.Chunks, _chunks.Count - mark.Chunks);
        }

        (_position, Length) = (mark.Position, mark.Length);
        _progress.Abandon();
    }

    /// <summary>Throws where the encoder left a frame or a message unfinished.</summary>
    public void ThrowIfUnfinished() => _progress.ThrowIfUnfinished();

    /// <inheritdoc/>
    public void BeginFrame(int length, bool more)
    {
        _progress.BeginFrame(length, more);
        WriteHeader(more ? FrameFlags.More : FrameFlags.None, length);
    }

    /// <summary>Writes a whole command frame; not within a message.</summary>
    public void WriteCommand(ReadOnlySpan<byte> body)
    {
        WriteHeader(FrameFlags.Command, body.Length);
        body.CopyTo(GetSpan(body.Length));
        Advanced(body.Length);
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _progress.Advance(count, _array.Length - _position);
        Advanced(count);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsMemory(_position);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsSpan(_position);
    }

    private void Advanced(int count)
    {
        _position += count;
        Length += count;
    }

    private void WriteHeader(FrameFlags flags, int length)
    {
        // Room for the whole frame at once where it fits a chunk, so that the encoder writes without interruption.
        if (_array.Length - _position < FrameHeader.LongSize + Math.Min(length, ChunkSize))
        {
            NextChunk(FrameHeader.LongSize + Math.Min(length, MaxChunkSize));
        }

        Advanced(FrameHeader.Write(_array.AsSpan(_position), flags, length));
    }

    private void EnsureRoom(int sizeHint)
    {
        if (_array.Length - _position < Math.Max(sizeHint, 1))
        {
            NextChunk(Math.Max(sizeHint, Math.Min(_progress.FrameRemaining, MaxChunkSize)));
        }
    }

    private void NextChunk(int size)
    {
        if (_position > 0 || _chunks.Count > 0)
        {
            _chunks.Add(new Chunk(_array, _position));
        }
        else
        {
            Return(_array);
        }

        _array = ArrayPool<byte>.Shared.Rent(Math.Max(size, ChunkSize));
        _position = 0;
    }

    private static void Return(byte[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Bytes to send.</summary>
    internal readonly record struct Chunk(byte[] Array, int Length);
}
