using System.Buffers;
using Fireball.Zmtp;

namespace Fireball.Rpc;

/// <summary>Spreads a message that is longer than a frame over several.</summary>
internal sealed class SplitWriter(IMessageWriter writer, int length) : IBufferWriter<byte>
{
    private int _left = length;
    private int _frameLeft;
    private byte[]? _scratch;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_left == 0)
        {
            throw new InvalidOperationException("More bytes are written than the payload's length said.");
        }

        if (_frameLeft == 0)
        {
            _frameLeft = Math.Min(_left, Limits.MaxPayloadFrame);
            writer.BeginFrame(_frameLeft, more: _left > _frameLeft);
        }

        if (sizeHint > _frameLeft)
        {
            // A piece that crosses the frames' border is written here first.
            return _scratch = new byte[sizeHint];
        }

        var memory = writer.GetMemory(sizeHint);
        return memory[..Math.Min(memory.Length, _frameLeft)];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        if (_scratch is not null)
        {
            var piece = _scratch.AsSpan(0, count);
            _scratch = null;
            this.Write(piece);
            return;
        }

        writer.Advance(count);
        _frameLeft -= count;
        _left -= count;
    }
}
