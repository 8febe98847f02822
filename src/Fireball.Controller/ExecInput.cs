namespace Fireball.Controller;

/// <summary>A command's standard input as far as it is known at the start.</summary>
/// <param name="IsUsed">False: the command reads /dev/null.</param>
/// <param name="First">Its first bytes; at most <see cref="FireballProcess.MaxInputChunk"/> are sent a message.</param>
/// <param name="IsWhole">Nothing follows.</param>
public readonly record struct ExecInput(bool IsUsed, ReadOnlyMemory<byte> First, bool IsWhole)
{
    /// <summary>
    /// No signal will be sent: the call is half-closed where the input ends, so that the agent has nothing to wait for when
    /// the command has ended. Over HTTP/2 a server remembers a call that was not half-closed for seconds.
    /// </summary>
    public bool WithoutSignals { get; init; }

    /// <summary>No standard input: the command reads /dev/null.</summary>
    public static ExecInput None => default;

    /// <summary>Written later through <see cref="FireballProcess.StandardInput"/>.</summary>
    public static ExecInput Streamed => new(IsUsed: true, default, IsWhole: false);

    /// <summary>These bytes and nothing else.</summary>
    public static ExecInput Whole(ReadOnlyMemory<byte> bytes) => new(IsUsed: true, bytes, IsWhole: true);
}
