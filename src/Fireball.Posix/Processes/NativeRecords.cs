using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>struct epoll_event; packed on x86-64 only, the one architecture this is built for.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEvent
{
    internal uint Events;
    internal ulong Data;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}

/// <summary>struct itimerspec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimerSetting
{
    internal long IntervalSeconds;
    internal long IntervalNanoseconds;
    internal long ValueSeconds;
    internal long ValueNanoseconds;
}

/// <summary>struct rusage (getrusage(2)); what follows max_rss is not used.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceRecord
{
    internal long UserSeconds;
    internal long UserMicroseconds;
    internal long SystemSeconds;
    internal long SystemMicroseconds;
    internal long MaxResidentKib;
    internal unsafe fixed long Rest[13];
}

/// <summary>struct stat of x86-64, 144 bytes; the fields that are used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal struct StatRecord
{
    [FieldOffset(24)]
    internal uint Mode;
    [FieldOffset(28)]
    internal uint Uid;
}

/// <summary>struct ucred (unix(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CredentialRecord
{
    internal int Pid;
    internal uint Uid;
    internal uint Gid;
}
