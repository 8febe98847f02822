using System.Runtime.InteropServices;

namespace Fireball.Posix.Files;

[StructLayout(LayoutKind.Sequential)]
internal struct Timespec
{
    // UTIME_OMIT: this of the two times stays as it is.
    public const long Omit = 0x3ffffffe;

    public long Seconds;
    public long Nanoseconds;
}
