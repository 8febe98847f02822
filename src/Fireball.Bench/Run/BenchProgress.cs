namespace Fireball.Bench;

/// <summary>What is being measured.</summary>
/// <param name="Case">Which case, from 1.</param>
/// <param name="Cases">Of so many.</param>
/// <param name="Done">How much of the planned time the cases before it had: 0 to 1.</param>
/// <param name="Key">The case.</param>
/// <param name="Transport">The transport.</param>
/// <param name="Round">Which round, from 1; 0: it warms up.</param>
/// <param name="Rounds">Of so many.</param>
internal sealed record BenchProgress(int Case, int Cases, double Done, CaseKey Key, string Transport, int Round, int Rounds);
