namespace Fireball.Posix.Files;

/// <summary>Flags of open(2) with the values of Linux on x86-64.</summary>
/// <remarks>Close-on-exec is always added: no descriptor of ours reaches a command.</remarks>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = 1,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_EXCL.</summary>
    Exclusive = 0x80,

    /// <summary>O_NOCTTY.</summary>
    NoControllingTerminal = 0x100,

    /// <summary>O_APPEND.</summary>
    Append = 0x400,

    /// <summary>O_NONBLOCK.</summary>
    NonBlocking = 0x800,

    /// <summary>O_DIRECTORY.</summary>
    Directory = 0x1_0000,

    /// <summary>O_NOFOLLOW.</summary>
    NoFollow = 0x2_0000,

    /// <summary>O_CLOEXEC.</summary>
    CloseOnExec = 0x8_0000,

    /// <summary>O_TMPFILE, together with <see cref="Directory"/>: a file without a name in the directory given.</summary>
    Unnamed = 0x40_0000,
}
