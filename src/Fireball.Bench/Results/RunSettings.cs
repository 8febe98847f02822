using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>What holds for every case of a run.</summary>
internal sealed record RunSettings
{
    /// <summary>The preset's name; null: what was measured was asked for.</summary>
    public string? Preset { get; init; }

    /// <summary>Rounds of each case, taken in turn with those of the other transports.</summary>
    [JsonRequired]
    public required int Rounds { get; init; }

    /// <summary>Measured time of each case, all rounds together.</summary>
    [JsonRequired]
    public required double SecondsPerCase { get; init; }

    /// <summary>Round-trip time added before ssh; 0: none.</summary>
    [JsonRequired]
    public required double RttMs { get; init; }
}
