using System.Runtime.CompilerServices;

namespace Fireball.Linux;

/// <summary>An array of struct epoll_event, whose layout depends on the architecture; see <see cref="KernelAbi"/>.</summary>
/// <param name="memory">Room for as many as are used, <see cref="MaxSize"/> each.</param>
internal readonly unsafe ref struct EpollEvents(byte* memory)
{
    /// <summary>The largest size of one, bytes.</summary>
    internal const int MaxSize = 16;

    /// <summary>What the kernel is handed.</summary>
    internal byte* Pointer => memory;

    /// <summary>Fills the first.</summary>
    internal void Set(uint events, ulong data)
    {
        Unsafe.WriteUnaligned(memory, events);
        Unsafe.WriteUnaligned(memory + KernelAbi.Current.EpollDataOffset, data);
    }

    /// <summary>Reads one that the kernel filled.</summary>
    internal (uint Events, ulong Data) Get(int index)
    {
        byte* record = memory + (index * KernelAbi.Current.EpollEventSize);
        return (Unsafe.ReadUnaligned<uint>(record), Unsafe.ReadUnaligned<ulong>(record + KernelAbi.Current.EpollDataOffset));
    }
}
