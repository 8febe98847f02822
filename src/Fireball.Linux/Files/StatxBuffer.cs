using System.Runtime.InteropServices;

namespace Fireball.Linux;

// struct statx of linux/stat.h: 256 bytes, the same on every architecture.
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
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

    [FieldOffset(128)]
    public uint SpecialMajor;

    [FieldOffset(132)]
    public uint SpecialMinor;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    public readonly FileStatus ToStatus() => new()
    {
        Kind = (FileKind)(Mode & NativeConstants.S_IFMT),
        Permissions = Mode & PermissionBits.All,
        Size = Size,
        AllocatedBytes = Blocks * 512,
        ModifiedSeconds = ModifiedSeconds,
        ModifiedNanoseconds = ModifiedNanoseconds,
        Device = ((ulong)DeviceMajor << 32) | DeviceMinor,
        SpecialDevice = ((ulong)SpecialMajor << 32) | SpecialMinor,
        Inode = Inode,
        UserId = UserId,
        GroupId = GroupId,
    };
}
