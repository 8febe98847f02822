namespace Fireball.Cli;

/// <summary>Signal numbers of Linux.</summary>
internal static class Signals
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Pipe = 13;
    public const int Terminate = 15;
}
