namespace Fireball.Linux;

/// <summary>Why no process was started, as a shell tells it apart.</summary>
public enum SpawnFailure
{
    /// <summary>No such command; a shell's status 127.</summary>
    NotFound,

    /// <summary>Found but not executable; a shell's status 126.</summary>
    NotExecutable,

    /// <summary>The working directory is missing, not a directory or not to be entered.</summary>
    WorkingDirectory,

    /// <summary>No process, descriptor or memory left.</summary>
    Resources,

    /// <summary>An argument, a variable or the sum of them is not acceptable to the kernel.</summary>
    Invalid,
}
