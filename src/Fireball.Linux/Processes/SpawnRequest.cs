namespace Fireball.Linux;

/// <summary>What to start and how.</summary>
public sealed class SpawnRequest
{
    /// <summary>Program and arguments, without NUL; at least one. Without a slash the program is looked up in PATH.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Arguments { get; init; }

    /// <summary>The child's environment; its PATH is the one that is searched.</summary>
    public required EnvironmentBlock Environment { get; init; }

    /// <summary>Where it runs; empty: where this process is. Relative ones start from there.</summary>
    public ReadOnlyMemory<byte> WorkingDirectory { get; init; }

    /// <summary>File mode creation mask, 0 to 0777; null: this process's.</summary>
    public uint? Umask { get; init; }

    /// <summary>True: standard input is a pipe; false: /dev/null.</summary>
    public bool HasInput { get; init; }

    /// <summary>A program and its arguments as text (see <see cref="PosixText"/>), here and with this process's umask.</summary>
    public static SpawnRequest Of(IEnumerable<string> words, EnvironmentBlock environment) =>
        new() { Arguments = PosixText.EncodeAll(words), Environment = environment };
}
