namespace Fireball.Controller;

/// <summary>What a copy did.</summary>
public sealed record CopyResult
{
    /// <summary>So many failures are kept with their reasons; arbitrary. <see cref="Failed"/> counts all.</summary>
    public const int MaxFailures = 1000;

    /// <summary>Files written.</summary>
    public long Files { get; init; }

    /// <summary>Directories made or merged into.</summary>
    public long Directories { get; init; }

    /// <summary>Symbolic links written.</summary>
    public long Symlinks { get; init; }

    /// <summary>Data bytes written, holes not counted.</summary>
    public long Bytes { get; init; }

    /// <summary>Entries that were not copied, on either side.</summary>
    public long Failed { get; init; }

    /// <summary>Which, and why; the first <see cref="MaxFailures"/>.</summary>
    public IReadOnlyList<CopyFailure> Failures { get; init; } = [];

    /// <summary>Nothing failed.</summary>
    public bool Succeeded => Failed == 0;
}
