namespace Fireball.Linux;

/// <summary>Signal numbers of Linux (signal(7)) that are used by name.</summary>
public static class Signal
{
#pragma warning disable CS1591 // The names are the documentation.
    public const int Hup = 1;
    public const int Int = 2;
    public const int Kill = 9;
    public const int Pipe = 13;
    public const int Term = 15;
    public const int Chld = 17;
#pragma warning restore CS1591

    /// <summary>The highest signal number.</summary>
    public const int Max = 64;

    /// <summary>What a shell reports as the exit status of a process that a signal ended: this and its number.</summary>
    public const int StatusBase = 128;
}
