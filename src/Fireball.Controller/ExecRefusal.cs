namespace Fireball.Controller;

/// <summary>Why a command was not started.</summary>
public enum ExecRefusal
{
    /// <summary>Another reason: a bad argument, no resources, no connection.</summary>
    Other,

    /// <summary>No such command or working directory; a shell's exit status 127.</summary>
    NotFound,

    /// <summary>Found but not executable; a shell's exit status 126.</summary>
    NotExecutable,
}
