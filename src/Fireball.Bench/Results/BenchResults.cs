using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>A whole run, as --json writes it. results.schema.json beside this file says what each field means.</summary>
internal sealed record BenchResults
{
    /// <summary>The format's name and version. A reader refuses what it does not know.</summary>
    public const string CurrentSchema = "fireball-bench/1";

    [JsonRequired]
    public string Schema { get; init; } = CurrentSchema;

    [JsonRequired]
    public required DateTimeOffset Created { get; init; }

    [JsonRequired]
    public required string Host { get; init; }

    [JsonRequired]
    public RunState State { get; init; }

    /// <summary>Why it is not complete, in one line.</summary>
    public string? Reason { get; init; }

    [JsonRequired]
    public required MachineState Machine { get; init; }

    [JsonRequired]
    public required RunSettings Settings { get; init; }

    [JsonRequired]
    public required IReadOnlyList<CaseResult> Cases { get; init; }

    /// <summary>What came of the preset's goals; null: it has none.</summary>
    public IReadOnlyList<GoalResult>? Goals { get; init; }
}
