namespace Fireball.Bench;

/// <summary>Something that is done and measured.</summary>
/// <param name="Name">As --work takes it.</param>
/// <param name="Description">One line for help.</param>
/// <param name="Sizes">What the standard set measures, bytes a call; empty: the work has no size.</param>
/// <param name="Concurrencies">What the standard set measures, calls in flight.</param>
/// <param name="MaxSize">The most bytes a call can move.</param>
/// <param name="MaxConcurrency">The most calls in flight that make sense.</param>
internal sealed record WorkKind(
    string Name,
    string Description,
    IReadOnlyList<long> Sizes,
    IReadOnlyList<int> Concurrencies,
    long MaxSize = long.MaxValue,
    int MaxConcurrency = int.MaxValue)
{
    /// <summary>Calls differ by how much they move.</summary>
    public bool HasSize => Sizes.Count > 0;
}
