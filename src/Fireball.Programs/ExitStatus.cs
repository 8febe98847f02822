namespace Fireball.Programs;

/// <summary>Exit statuses, as ssh and shells have them.</summary>
public static class ExitStatus
{
    /// <summary>All was done.</summary>
    public const int Success = 0;

    /// <summary>Some of the files were not copied.</summary>
    public const int Incomplete = 1;

    /// <summary>The command was found but could not be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>The command was not found.</summary>
    public const int NotFound = 127;

    /// <summary>Everything that is ours: usage, connecting, a lost connection.</summary>
    public const int Failure = 255;
}
