using Fireball.V1;

namespace Fireball.Controller;

/// <summary>What a command and its waited-for children used.</summary>
/// <param name="User">Processor time in user mode.</param>
/// <param name="System">Processor time in the kernel.</param>
/// <param name="MaxResidentKib">Largest resident set, KiB.</param>
/// <param name="Wall">Monotonic time from start to exit.</param>
public sealed record ExecUsage(TimeSpan User, TimeSpan System, long MaxResidentKib, TimeSpan Wall)
{
    internal static ExecUsage From(ResourceUsage? usage) => usage is null
        ? new ExecUsage(TimeSpan.Zero, TimeSpan.Zero, 0, TimeSpan.Zero)
        : new ExecUsage(Microseconds(usage.UserUs), Microseconds(usage.SystemUs), (long)usage.MaxRssKib, Microseconds(usage.WallUs));

    private static TimeSpan Microseconds(ulong value) =>
        TimeSpan.FromTicks((long)Math.Min(value, (ulong)(long.MaxValue / TimeSpan.TicksPerMicrosecond)) * TimeSpan.TicksPerMicrosecond);
}
