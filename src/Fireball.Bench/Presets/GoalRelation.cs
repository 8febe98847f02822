using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>On which side of its limit a figure is to be.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GoalRelation>))]
internal enum GoalRelation
{
    [JsonStringEnumMemberName("at-most")]
    AtMost,

    [JsonStringEnumMemberName("at-least")]
    AtLeast,
}
