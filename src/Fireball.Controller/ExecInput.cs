namespace Fireball.Controller;

/// <summary>A command's standard input as far as it is known at the start.</summary>
/// <param name="IsUsed">False: the command reads /dev/null.</param>
/// <param name="First">Its first bytes; at most <see cref="FireballProcess.MaxInputChunk"/> are sent a message.</param>
/// <param name="IsWhole">Nothing follows.</param>
public readonly record struct ExecInput(bool IsUsed, ReadOnlyMemory<byte> First, bool IsWhole)
{
    /// <summary>No standard input: the command reads /dev/null.</summary>
    public static ExecInput None => default;

    /// <summary>Written later through <see cref="FireballProcess.StandardInput"/>.</summary>
    public static ExecInput Streamed => new(IsUsed: true, default, IsWhole: false);

    /// <summary>These bytes and nothing else.</summary>
    public static ExecInput Whole(ReadOnlyMemory<byte> bytes) => new(IsUsed: true, bytes, IsWhole: true);
}
