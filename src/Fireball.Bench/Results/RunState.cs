using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>How a run ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
internal enum RunState
{
    [JsonStringEnumMemberName("complete")]
    Complete,

    /// <summary>By Ctrl-C or another signal.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    [JsonStringEnumMemberName("host-lost")]
    HostLost,
}
