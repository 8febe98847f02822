using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>The generated code that reads and writes results.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(BenchResults))]
internal sealed partial class ResultsJson : JsonSerializerContext;
