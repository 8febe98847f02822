namespace Fireball.V1;

/// <content>The modification time as the kernel has it.</content>
public sealed partial class FileEntry
{
    /// <summary>Seconds of <see cref="ModifiedTime"/> since 1970; 0 where it is absent.</summary>
    public long ModifiedSeconds => ModifiedTime?.Seconds ?? 0;

    /// <summary>Nanoseconds besides; from the other side not necessarily below 1,000,000,000, which the kernel refuses.</summary>
    public uint ModifiedNanoseconds => (uint)(ModifiedTime?.Nanos ?? 0);
}
