using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>What the controller's side uses from one moment to another.</summary>
internal sealed class Meter
{
    private readonly Programs _programs;
    private readonly int _owner;
    private readonly int? _except;
    private readonly bool _ownSsh;
    private readonly TimeSpan _ssh;
    private readonly (long Sent, long Received)? _wire;
    private readonly TimeSpan _own;
    private readonly long _allocated;

    /// <summary>From now on. Looking at other processes costs some itself, so it is done outside of what is measured.</summary>
    /// <param name="programs">What is run.</param>
    /// <param name="server">The pid of the process that holds the connection, which then counts, with its ssh; null: this one.</param>
    /// <param name="except">The pid of an ssh that does not count; null: all do.</param>
    /// <param name="ownSsh">Its ssh is no program but part of it: its TCP connections are what counts.</param>
    public Meter(Programs programs, int? server = null, int? except = null, bool ownSsh = false)
    {
        _owner = server ?? Environment.ProcessId;
        _except = except;
        _ownSsh = ownSsh;
        _programs = programs;
        _ssh = SshProcesses.ProcessorTime(_owner, except);
        _wire = Wire();
        _allocated = GC.GetTotalAllocatedBytes();
        _own = Own();
    }

    /// <summary>Until now. An ssh that began and ended meanwhile is not seen.</summary>
    public Consumption Read()
    {
        TimeSpan own = Own() - _own;
        long allocated = GC.GetTotalAllocatedBytes() - _allocated;
        TimeSpan ssh = SshProcesses.ProcessorTime(_owner, _except) - _ssh;

        // Fewer than before: a connection has ended, and its counters with it.
        (long, long)? wire = _wire is { } before && Wire() is { } after
            && after.Sent >= before.Sent && after.Received >= before.Received
            ? (after.Sent - before.Sent, after.Received - before.Received)
            : null;
        return new Consumption(own + (ssh > TimeSpan.Zero ? ssh : TimeSpan.Zero), Math.Max(0, allocated), wire);
    }

    private (long Sent, long Received)? Wire() =>
        _ownSsh ? TcpCounters.OfProcess(_owner) : SshProcesses.Wire(_owner, _except);

    // This process's, that of the programs that it ran to their end, and that of the process that serves it.
    private TimeSpan Own() => Environment.CpuUsage.TotalTime + _programs.ProcessorTime
        + (_owner == Environment.ProcessId ? TimeSpan.Zero : ProcessClock.OfProcess(_owner) ?? TimeSpan.Zero);
}
