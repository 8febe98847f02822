using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>An agent on this machine: the process that works, and the one that watches over it.</summary>
internal sealed class AgentProcesses
{
    // proc_pid_clear_refs(5): the most that was resident becomes what is resident.
    private const string ResetPeak = "5";

    private readonly int[] _pids;

    /// <summary>Finds them.</summary>
    /// <param name="worker">The process that works.</param>
    public AgentProcesses(int worker)
    {
        // Its parent is the same program, unless it has died.
        _pids = Executable(worker) is { } program && Parent(worker) is { } parent && Executable(parent) == program
            ? [worker, parent]
            : [worker];
    }

    /// <summary>Processor time of both; null: one is gone.</summary>
    public TimeSpan? ProcessorTime()
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (int pid in _pids)
        {
            if (ProcessClock.OfProcess(pid) is not { } used)
            {
                return null;
            }

            sum += used;
        }

        return sum;
    }

    /// <summary>From now on <see cref="PeakBytes"/> is of what follows; where that may not be done, of their whole life.</summary>
    public void ForgetPeak()
    {
        foreach (int pid in _pids)
        {
            try
            {
                File.WriteAllText($"/proc/{pid}/clear_refs", ResetPeak);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Gone, or another user's.
            }
        }
    }

    /// <summary>The most that was resident of each, together; null: one is gone.</summary>
    public long? PeakBytes() => _pids.Select(pid => ProcessStatus.Read(pid, "VmHWM:")).Aggregate((long?)0, (sum, kib) => sum + (kib * 1024));

    private static int? Parent(int pid) => (int?)ProcessStatus.Read(pid, "PPid:");

    private static string? Executable(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/exe").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
