using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>
/// What the kernel's interface has differently on each architecture, of all that is used here: everything else, system
/// call numbers of <see cref="NativeConstants"/> included, is the same on both, and a test compares all of it with the C
/// headers of both. Chosen at run time, since the libraries are compiled once for all.
/// </summary>
internal sealed record KernelAbi
{
    /// <summary>x86-64.</summary>
    internal static readonly KernelAbi X64 = new()
    {
        O_DIRECTORY = (int)OpenFlags.Directory,
        O_NOFOLLOW = (int)OpenFlags.NoFollow,
        EpollEventSize = 12,
        EpollDataOffset = 4,
    };

    /// <summary>64-bit Arm.</summary>
    internal static readonly KernelAbi Arm64 = new()
    {
        O_DIRECTORY = 0x4000,
        O_NOFOLLOW = 0x8000,
        EpollEventSize = 16,
        EpollDataOffset = 8,
    };

    /// <summary>This process's.</summary>
    internal static readonly KernelAbi Current = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        var other => throw new PlatformNotSupportedException($"the system calls of Linux on {other} are not known here"),
    };

    /// <summary>Flag of open(2).</summary>
    internal required int O_DIRECTORY { get; init; }

    /// <summary>Flag of open(2).</summary>
    internal required int O_NOFOLLOW { get; init; }

    /// <summary>sizeof(struct epoll_event), which is packed on x86-64.</summary>
    internal required int EpollEventSize { get; init; }

    /// <summary>Where its data is; its events are at 0.</summary>
    internal required int EpollDataOffset { get; init; }
}
