using System.Globalization;

namespace Fireball.Bench;

/// <summary>What the kernel says of a process on this machine: /proc/PID/status (proc_pid_status(5)).</summary>
internal static class ProcessStatus
{
    /// <summary>A field that is a number; memory is in KiB.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="name">The field with its colon, "VmHWM:".</param>
    /// <returns>Null: the process is gone, or has no such field.</returns>
    public static long? Read(int pid, string name)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } found
                ? long.Parse(found[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Memory that is resident, bytes; null: the process is gone.</summary>
    public static long? ResidentBytes(int pid) => Read(pid, "VmRSS:") * 1024;
}
