namespace Fireball.Linux;

/// <summary>What statx(2) tells of one file, as far as Fireball asks.</summary>
public readonly record struct FileStatus
{
    /// <summary>What it is.</summary>
    public FileKind Kind { get; init; }

    /// <summary>Permission bits, 0 to 07777.</summary>
    public uint Permissions { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>Bytes that the file system has allocated for it.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Modification time: seconds since 1970.</summary>
    public long ModifiedSeconds { get; init; }

    /// <summary>Nanoseconds of the modification time, 0 to 999,999,999.</summary>
    public uint ModifiedNanoseconds { get; init; }

    /// <summary>The device it is on, (major &lt;&lt; 32) | minor.</summary>
    public ulong Device { get; init; }

    /// <summary>The device it stands for, (major &lt;&lt; 32) | minor; 0 where it is no device file.</summary>
    public ulong SpecialDevice { get; init; }

    /// <summary>The inode's number; with the device it identifies the file.</summary>
    public ulong Inode { get; init; }

    /// <summary>Owner.</summary>
    public uint UserId { get; init; }

    /// <summary>Group.</summary>
    public uint GroupId { get; init; }

    /// <summary>Whether both describe the same file.</summary>
    public bool IsSameFile(in FileStatus other) => Device == other.Device && Inode == other.Inode;
}
