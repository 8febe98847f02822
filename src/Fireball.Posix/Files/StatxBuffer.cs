using System.Runtime.InteropServices;

namespace Fireball.Posix.Files;

// struct statx of linux/stat.h: 256 bytes, the same on every architecture.
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    // STATX_BASIC_STATS: everything stat(2) tells.
    public const uint BasicStats = 0x7ff;

    [FieldOffset(20)]
    public uint UserId;

    [FieldOffset(24)]
    public uint GroupId;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public long Size;

    // Units of 512 bytes, whatever the file system's block size.
    [FieldOffset(48)]
    public long Blocks;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    public readonly FileStatus ToStatus() => new()
    {
        Kind = (FileKind)(Mode & 0xF000),
        Permissions = (uint)(Mode & 0xFFF),
        Size = Size,
        AllocatedBytes = Blocks * 512,
        ModifiedSeconds = ModifiedSeconds,
        ModifiedNanoseconds = ModifiedNanoseconds,
        Device = ((ulong)DeviceMajor << 32) | DeviceMinor,
        Inode = Inode,
        UserId = UserId,
        GroupId = GroupId,
    };
}
