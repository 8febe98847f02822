using Fireball.V1;

namespace Fireball.Controller;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 to 255; 0 where <paramref name="Signal"/> is set.</param>
/// <param name="Signal">The signal that ended it; 0: none.</param>
/// <param name="CoreDumped">It left a core dump.</param>
/// <param name="OutputOpen">Something it started still holds its output; what came later was not received.</param>
/// <param name="Usage">What it used.</param>
public sealed record ExecExit(int ExitCode, int Signal, bool CoreDumped, bool OutputOpen, ExecUsage Usage)
{
    /// <summary>The exit status as a shell reports it: the exit code, or 128 + the signal.</summary>
    public int ShellStatus => Signal == 0 ? ExitCode : Linux.Signal.StatusBase + Signal;

    /// <summary>What an agent says; null: no command can end so.</summary>
    internal static ExecExit? From(ExecExited? exited) =>
        exited is { ExitCode: <= byte.MaxValue, Signal: <= Linux.Signal.Max }
            ? new ExecExit(
                (int)exited.ExitCode, (int)exited.Signal, exited.CoreDumped, exited.OutputOpen, ExecUsage.From(exited.Usage))
            : null;
}
