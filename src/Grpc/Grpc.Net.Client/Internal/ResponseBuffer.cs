using System.Buffers;
using System.Runtime.CompilerServices;

namespace Grpc.Net.Client;

/// <summary>Cuts a response's bytes into messages.</summary>
internal sealed class ResponseBuffer(Stream stream, int? limit)
{
    /// <summary>Most responses fit in one page; it grows with the messages.</summary>
    private const int InitialSize = 4096;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    /// <summary>The message last read; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>The message's compressed flag.</summary>
    public bool Compressed { get; private set; }

    /// <summary>Reads the next message; false: the stream ended between two.</summary>
    /// <exception cref="ProtocolException">The stream ended inside a message, or it is larger than the limit.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (!TryTake())
        {
            var read = await stream.ReadAsync(_array.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return _start == _end
                    ? false
                    : throw new ProtocolException("The response ended inside a message.");
            }

            _end += read;
        }

        return true;
    }

    /// <summary>Gives the memory back; nothing may be read any more.</summary>
    public void Release()
    {
        var array = _array;
        _array = [];
        _start = _end = 0;
        Payload = default;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Takes a message that is here whole; otherwise makes room for what it lacks.</summary>
    private bool TryTake()
    {
        var available = _array.AsSpan(_start, _end - _start);
        if (available.Length < MessagePrefix.Size)
        {
            MakeRoom(MessagePrefix.Size);
            return false;
        }

        var prefix = MessagePrefix.Parse(available);
        MessageLimits.CheckReceive(prefix.Length, limit);
        var length = checked(MessagePrefix.Size + (int)prefix.Length);
        if (available.Length < length)
        {
            MakeRoom(length);
            return false;
        }

        Payload = _array.AsMemory(_start + MessagePrefix.Size, (int)prefix.Length);
        Compressed = prefix.Compressed;
        _start += length;
        return true;
    }

    private void MakeRoom(int length)
    {
        var available = _end - _start;
        if (_array.Length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length);
            _array.AsSpan(_start, available).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }
        else if (_array.Length - _start < length || available == 0)
        {
            _array.AsSpan(_start, available).CopyTo(_array);
        }
        else
        {
            return;
        }

        (_start, _end) = (0, available);
    }
}
