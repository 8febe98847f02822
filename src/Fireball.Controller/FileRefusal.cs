namespace Fireball.Controller;

/// <summary>Why one file was not written or not read.</summary>
public enum FileRefusal
{
    /// <summary>The host's system refuses: a read-only file system, the path is a directory or no file.</summary>
    Refused,

    /// <summary>This user may not read it, write there, or look into a directory on the way.</summary>
    AccessDenied,

    /// <summary>There is no such file; of a file to be written, no such parent directory.</summary>
    NotFound,

    /// <summary>No name that a file can have: too long, empty, or with a NUL.</summary>
    BadName,

    /// <summary>The disk or the quota is exhausted, or descriptors or memory are.</summary>
    NoResources,

    /// <summary>What arrived is not what was sent, it changed while it was read, or its size is not the one announced.</summary>
    Damaged,
}
