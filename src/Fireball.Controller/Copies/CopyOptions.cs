namespace Fireball.Controller;

/// <summary>How a copy is made.</summary>
public sealed record CopyOptions
{
    /// <summary>Create missing parent directories of the target.</summary>
    public bool MakeParents { get; init; }
}
