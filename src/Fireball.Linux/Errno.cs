namespace Fireball.Linux;

/// <summary>The kernel's error numbers that Fireball tells apart (Linux, asm-generic: the same on x86-64 and arm64).</summary>
public static class Errno
{
    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>No such process.</summary>
    public const int ESRCH = 3;

    /// <summary>Interrupted system call.</summary>
    public const int EINTR = 4;

    /// <summary>Input/output error.</summary>
    public const int EIO = 5;

    /// <summary>No such device or address.</summary>
    public const int ENXIO = 6;

    /// <summary>Argument list too long.</summary>
    public const int E2BIG = 7;

    /// <summary>Exec format error.</summary>
    public const int ENOEXEC = 8;

    /// <summary>Bad file descriptor.</summary>
    public const int EBADF = 9;

    /// <summary>No child processes.</summary>
    public const int ECHILD = 10;

    /// <summary>Resource temporarily unavailable.</summary>
    public const int EAGAIN = 11;

    /// <summary>Cannot allocate memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>Permission denied.</summary>
    public const int EACCES = 13;

    /// <summary>Device or resource busy.</summary>
    public const int EBUSY = 16;

    /// <summary>File exists.</summary>
    public const int EEXIST = 17;

    /// <summary>Invalid cross-device link.</summary>
    public const int EXDEV = 18;

    /// <summary>Not a directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>Is a directory.</summary>
    public const int EISDIR = 21;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>Too many open files in system.</summary>
    public const int ENFILE = 23;

    /// <summary>Too many open files.</summary>
    public const int EMFILE = 24;

    /// <summary>Text file busy.</summary>
    public const int ETXTBSY = 26;

    /// <summary>File too large.</summary>
    public const int EFBIG = 27;

    /// <summary>No space left on device.</summary>
    public const int ENOSPC = 28;

    /// <summary>Read-only file system.</summary>
    public const int EROFS = 30;

    /// <summary>Too many links.</summary>
    public const int EMLINK = 31;

    /// <summary>Broken pipe.</summary>
    public const int EPIPE = 32;

    /// <summary>File name too long.</summary>
    public const int ENAMETOOLONG = 36;

    /// <summary>Function not implemented.</summary>
    public const int ENOSYS = 38;

    /// <summary>Directory not empty.</summary>
    public const int ENOTEMPTY = 39;

    /// <summary>Too many levels of symbolic links.</summary>
    public const int ELOOP = 40;

    /// <summary>Operation not supported.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>Connection refused.</summary>
    public const int ECONNREFUSED = 111;

    /// <summary>Stale file handle.</summary>
    public const int ESTALE = 116;

    /// <summary>Disk quota exceeded.</summary>
    public const int EDQUOT = 122;

    /// <summary>The error as a person reads it, with its name: "No space left on device (ENOSPC)".</summary>
    public static string Describe(int errno) => errno switch
    {
        EPERM => "Operation not permitted (EPERM)",
        ENOENT => "No such file or directory (ENOENT)",
        ESRCH => "No such process (ESRCH)",
        EINTR => "Interrupted system call (EINTR)",
        EIO => "Input/output error (EIO)",
        ENXIO => "No such device or address (ENXIO)",
        E2BIG => "Argument list too long (E2BIG)",
        ENOEXEC => "Exec format error (ENOEXEC)",
        EBADF => "Bad file descriptor (EBADF)",
        ECHILD => "No child processes (ECHILD)",
        EAGAIN => "Resource temporarily unavailable (EAGAIN)",
        ENOMEM => "Cannot allocate memory (ENOMEM)",
        EACCES => "Permission denied (EACCES)",
        EBUSY => "Device or resource busy (EBUSY)",
        EEXIST => "File exists (EEXIST)",
        EXDEV => "Invalid cross-device link (EXDEV)",
        ENOTDIR => "Not a directory (ENOTDIR)",
        EISDIR => "Is a directory (EISDIR)",
        EINVAL => "Invalid argument (EINVAL)",
        ENFILE => "Too many open files in system (ENFILE)",
        EMFILE => "Too many open files (EMFILE)",
        ETXTBSY => "Text file busy (ETXTBSY)",
        EFBIG => "File too large (EFBIG)",
        ENOSPC => "No space left on device (ENOSPC)",
        EROFS => "Read-only file system (EROFS)",
        EMLINK => "Too many links (EMLINK)",
        EPIPE => "Broken pipe (EPIPE)",
        ENAMETOOLONG => "File name too long (ENAMETOOLONG)",
        ENOSYS => "Function not implemented (ENOSYS)",
        ENOTEMPTY => "Directory not empty (ENOTEMPTY)",
        ELOOP => "Too many levels of symbolic links (ELOOP)",
        EOPNOTSUPP => "Operation not supported (EOPNOTSUPP)",
        ECONNREFUSED => "Connection refused (ECONNREFUSED)",
        ESTALE => "Stale file handle (ESTALE)",
        EDQUOT => "Disk quota exceeded (EDQUOT)",
        _ => "error " + errno.ToString(),
    };
}
