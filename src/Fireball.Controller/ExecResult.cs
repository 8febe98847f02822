namespace Fireball.Controller;

/// <summary>A command that has ended, with all of its output.</summary>
/// <param name="Exit">How it ended.</param>
/// <param name="StandardOutput">Every byte of its standard output.</param>
/// <param name="StandardError">Every byte of its standard error.</param>
public sealed record ExecResult(ExecExit Exit, ReadOnlyMemory<byte> StandardOutput, ReadOnlyMemory<byte> StandardError)
{
    /// <summary>See <see cref="ExecExit.ExitCode"/>.</summary>
    public int ExitCode => Exit.ExitCode;

    /// <summary>See <see cref="ExecExit.Signal"/>.</summary>
    public int Signal => Exit.Signal;

    /// <summary>It exited by itself with 0.</summary>
    public bool Succeeded => Exit is { ExitCode: 0, Signal: 0 };
}
