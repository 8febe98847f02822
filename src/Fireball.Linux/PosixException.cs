namespace Fireball.Linux;

/// <summary>A system call failed. The message reads "what: the kernel's words".</summary>
public sealed class PosixException : IOException
{
    /// <summary>With the call's error number and what was tried on what, "mkdir /tmp/x".</summary>
    public PosixException(int errno, string what)
        : base($"{what}: {Linux.Errno.Describe(errno)}") => Errno = errno;

    /// <summary>The kernel's error number.</summary>
    public int Errno { get; }
}
