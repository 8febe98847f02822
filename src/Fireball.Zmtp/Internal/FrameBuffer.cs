using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>
/// The bytes received and not yet consumed, contiguous, so that frames are handed out where they lie. It grows with
/// what has arrived, never with what a length field promises.
/// </summary>
internal sealed class FrameBuffer
{
    /// <summary>
    /// 128 KiB: a message of the 64 KiB Fireball sends at a time with its headers, or some 2,000 small ones, in one
    /// read. Pages never written cost no memory.
    /// </summary>
    public const int BaseSize = 128 * 1024;

    /// <summary>Reads in a row that filled less than half of <see cref="BaseSize"/> before a grown buffer is given back. Arbitrary.</summary>
    private const int SmallReadsBeforeShrink = 64;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(BaseSize);
    private int _start;
    private int _end;
    private int _smallReads;

    public byte[] Array => _array;

    /// <summary>Where the unconsumed bytes begin in <see cref="Array"/>.</summary>
    public int Start => _start;

    public ReadOnlySpan<byte> Unconsumed => _array.AsSpan(_start, _end - _start);

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>
    /// Room to receive into. Moves and may replace the array: nothing handed out of it may be in use.
    /// </summary>
    /// <param name="needed">How many unconsumed bytes make the current message complete, as far as known.</param>
    public Memory<byte> GetFreeSpace(int needed)
    {
        var length = _end - _start;
        if (length == 0 && _array.Length >= 2 * BaseSize && _smallReads >= SmallReadsBeforeShrink)
        {
            Replace(BaseSize);
        }

        // Twice what has arrived at least, so that copying stays linear; what is needed only up to four times that,
        // so that a promised length buys no more memory than bytes already paid for it.
        var size = Math.Max(BaseSize, Math.Min(needed, 4 * Math.Max(length, BaseSize)));
        if (length == _array.Length)
        {
            size = Math.Max(size, 2 * length);
        }

        if (size > _array.Length)
        {
            Replace(size);
        }
        else if (_start > 0 && (_start + size > _array.Length || _end == _array.Length))
        {
            Unconsumed.CopyTo(_array);
            (_start, _end) = (0, length);
        }

        return _array.AsMemory(_end);
    }

    public void Received(int count)
    {
        _end += count;
        _smallReads = count < BaseSize / 2 ? _smallReads + 1 : 0;
    }

    /// <summary>Gives the memory back; nothing handed out may be in use, and nothing is received afterwards.</summary>
    public void Release()
    {
        var array = Interlocked.Exchange(ref _array, []);
        (_start, _end) = (0, 0);
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Replace(int size)
    {
        var array = ArrayPool<byte>.Shared.Rent(size);
        var length = _end - _start;
        Unconsumed.CopyTo(array);
        ArrayPool<byte>.Shared.Return(_array);
        _array = array;
        (_start, _end) = (0, length);
        _smallReads = 0;
    }
}
