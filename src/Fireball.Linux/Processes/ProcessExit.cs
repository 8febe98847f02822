namespace Fireball.Linux;

/// <summary>How a process ended, and what it and the children it waited for used.</summary>
/// <param name="Code">0 to 255; 0 where a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0: none.</param>
/// <param name="CoreDumped">A core file was written.</param>
/// <param name="UserTime">CPU time in user mode.</param>
/// <param name="SystemTime">CPU time in the kernel.</param>
/// <param name="MaxResidentKib">Largest resident set, KiB.</param>
/// <param name="WallTime">Monotonic time from spawn to exit.</param>
public sealed record ProcessExit(
    int Code,
    int Signal,
    bool CoreDumped,
    TimeSpan UserTime,
    TimeSpan SystemTime,
    long MaxResidentKib,
    TimeSpan WallTime)
{
    /// <summary>As a shell reports it: the exit code, or <see cref="Linux.Signal.StatusBase"/> and the signal.</summary>
    public int ShellStatus => Signal == 0 ? Code : Linux.Signal.StatusBase + Signal;

    // wait(2): the low 7 bits are the signal, the eighth says core, the next eight are the exit code.
    internal static ProcessExit Decode(int status, ResourceRecord usage, TimeSpan wall) => new(
        (status & 0x7f) == 0 ? (status >> 8) & 0xff : 0,
        status & 0x7f,
        (status & 0x80) != 0,
        TimeSpan.FromMicroseconds((usage.UserSeconds * 1_000_000) + usage.UserMicroseconds),
        TimeSpan.FromMicroseconds((usage.SystemSeconds * 1_000_000) + usage.SystemMicroseconds),
        usage.MaxResidentKib,
        wall);
}
