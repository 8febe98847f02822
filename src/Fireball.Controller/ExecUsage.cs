using Fireball.V1;
using Google.Protobuf.WellKnownTypes;

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
        : new ExecUsage(Read(usage.UserTime), Read(usage.SystemTime), (long)Math.Min(usage.MaxRssKib, long.MaxValue), Read(usage.WallTime));

    private static TimeSpan Read(Duration? time) => Durations.Read(time) ?? TimeSpan.Zero;
}
