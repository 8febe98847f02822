using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>What came of a goal in a run.</summary>
internal sealed record GoalResult
{
    [JsonRequired]
    public required string Name { get; init; }

    [JsonRequired]
    public required GoalRelation Relation { get; init; }

    [JsonRequired]
    public required double Limit { get; init; }

    /// <summary>Of limit and value; empty: they are ratios.</summary>
    [JsonRequired]
    public required string Unit { get; init; }

    [JsonRequired]
    public required GoalState State { get; init; }

    /// <summary>The figure; null: it was not measured.</summary>
    public double? Value { get; init; }

    /// <summary>Why it was not measured, in one line; null: it was.</summary>
    public string? Problem { get; init; }
}
