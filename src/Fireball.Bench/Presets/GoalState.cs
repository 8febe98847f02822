using System.Text.Json.Serialization;

namespace Fireball.Bench;

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
