namespace Fireball.Bench;

/// <summary>The results that are compared with each other: one case, all its transports.</summary>
/// <param name="Key">The case.</param>
/// <param name="Results">Each transport's, in the order of the run.</param>
internal sealed record CaseGroup(CaseKey Key, IReadOnlyList<CaseResult> Results)
{
    /// <summary>What the others are related to: the floor, or the first one that has rounds; null: none has, or nothing was called.</summary>
    public CaseResult? Reference { get; } =
        Key.Work == WorkKinds.Idle.Name ? null
        : Results.FirstOrDefault(one => one.Transport == TransportList.Floor && one.Rounds.Count > 0)
        ?? Results.FirstOrDefault(one => one.Rounds.Count > 0);

    /// <summary>All groups of a run, in its order.</summary>
    public static IReadOnlyList<CaseGroup> Of(BenchResults results) =>
        [.. results.Cases.GroupBy(one => one.Key).Select(group => new CaseGroup(group.Key, [.. group]))];

    /// <summary>A transport's cost beside the reference's, over the rounds that both have.</summary>
    /// <returns>Null: there is nothing to compare.</returns>
    public Comparison? ToReference(CaseResult one)
    {
        if (Reference is not { } reference || ReferenceEquals(one, reference) || one.Rounds.Count == 0)
        {
            return null;
        }

        int pairs = Math.Min(one.Rounds.Count, reference.Rounds.Count);
        return PairedComparison.Of([.. one.Costs().Take(pairs)], [.. reference.Costs().Take(pairs)]);
    }
}
