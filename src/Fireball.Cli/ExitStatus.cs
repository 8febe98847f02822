namespace Fireball.Cli;

/// <summary>Exit statuses, as ssh and shells have them.</summary>
internal static class ExitStatus
{
    public const int Success = 0;

    /// <summary>Some of the files were not copied.</summary>
    public const int Incomplete = 1;

    /// <summary>The command was found but could not be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>The command was not found.</summary>
    public const int NotFound = 127;

    /// <summary>Everything that is ours: usage, connecting, a lost connection.</summary>
    public const int Failure = 255;

    /// <summary>What a shell reports for a program that a signal ended is this plus the signal.</summary>
    public const int SignalBase = 128;
}
