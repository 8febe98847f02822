using System.Collections.Concurrent;

namespace Fireball.Files;

// The batches' buffers of one walk; as many as are read ahead, being built and being sent.
internal sealed class BufferPool(int size)
{
    private readonly ConcurrentBag<byte[]> _free = [];

    public byte[] Rent() => _free.TryTake(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size);

    public void Return(byte[] buffer) => _free.Add(buffer);
}
