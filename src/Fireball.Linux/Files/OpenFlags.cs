using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>Flags of open(2).</summary>
/// <remarks>
/// Close-on-exec is always added: no descriptor of ours reaches a command. The values are those of Linux on x86-64; two
/// are others on arm64, and <see cref="PosixFile.OpenAt"/> sees to that.
/// </remarks>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = O_RDONLY,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = O_WRONLY,

    /// <summary>O_CREAT.</summary>
    Create = O_CREAT,

    /// <summary>O_EXCL.</summary>
    Exclusive = O_EXCL,

    /// <summary>O_NOCTTY.</summary>
    NoControllingTerminal = O_NOCTTY,

    /// <summary>O_APPEND.</summary>
    Append = O_APPEND,

    /// <summary>O_NONBLOCK.</summary>
    NonBlocking = O_NONBLOCK,

    /// <summary>O_DIRECTORY.</summary>
    Directory = 0x1_0000,

    /// <summary>O_NOFOLLOW.</summary>
    NoFollow = 0x2_0000,

    /// <summary>O_PATH: to look names up from; nothing is read.</summary>
    PathOnly = O_PATH,

    /// <summary>O_CLOEXEC.</summary>
    CloseOnExec = O_CLOEXEC,

    /// <summary>O_TMPFILE, together with <see cref="Directory"/>: a file without a name in the directory given.</summary>
    Unnamed = 0x40_0000,
}
