using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Timespec
{
    internal const long NanosecondsPerSecond = 1_000_000_000;

    internal long Seconds;
    internal long Nanoseconds;
}

/// <summary>struct timeval.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeValue
{
    internal long Seconds;
    internal long Microseconds;
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

/// <summary>siginfo_t, as waitid(2) fills it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct SignalInformation
{
    [FieldOffset(16)]
    internal int Pid;
}

/// <summary>sigset_t: 1024 bits, of which the kernel knows 64. Bit n-1 stands for signal n.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct SignalSet
{
    internal ulong Mask;

    internal static SignalSet None => default;

    internal static SignalSet All => new() { Mask = ulong.MaxValue };

    internal static SignalSet Of(IEnumerable<int> signals) =>
        new() { Mask = signals.Aggregate(0UL, (bits, signal) => bits | (1UL << (signal - 1))) };
}

/// <summary>struct ucred (unix(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CredentialRecord
{
    internal int Pid;
    internal uint Uid;
    internal uint Gid;
}
