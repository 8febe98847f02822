using System.Buffers;

namespace Fireball.Files;

/// <summary>
/// The memory that received messages of copies lie in. Of its own, so that it can be given back at once: the shared pool
/// keeps what was returned to it for minutes. Thread-safe.
/// </summary>
public static class MessageMemory
{
    /// <summary>The longest array that is kept, in bytes: larger than any message that we send.</summary>
    private const int MaxLength = 1024 * 1024;

    /// <summary>Arrays kept of one size, of which there is one for each power of two: 16 MiB of the usual one. Arbitrary.</summary>
    private const int MaxArrays = 64;

    private static ArrayPool<byte> _pool = NewPool();

    /// <summary>Where to rent; return it to the same.</summary>
    internal static ArrayPool<byte> Pool => Volatile.Read(ref _pool);

    /// <summary>Keeps nothing of what was used; the next collection has it. What is still in use goes on.</summary>
    public static void GiveBack() => Volatile.Write(ref _pool, NewPool());

    private static ArrayPool<byte> NewPool() => ArrayPool<byte>.Create(MaxLength, MaxArrays);
}
