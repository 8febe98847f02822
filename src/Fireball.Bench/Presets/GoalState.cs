using System.Text.Json.Serialization;

namespace Fireball.Bench.Presets;

/// <summary>What came of a goal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GoalState>))]
internal enum GoalState
{
    [JsonStringEnumMemberName("met")]
    Met,

    [JsonStringEnumMemberName("short")]
    Short,

    [JsonStringEnumMemberName("not-measured")]
    NotMeasured,
}
