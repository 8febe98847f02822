using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>An open file descriptor, closed exactly once and never while a call uses it.</summary>
public sealed class Descriptor : SafeHandle
{
    /// <summary>Takes over an open descriptor, or only names one that stays open.</summary>
    public Descriptor(int number, bool owns = true)
        : base(-1, owns) => SetHandle(number);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The kernel's number of it.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeCalls.close((int)handle) == 0;
}
