namespace Fireball.Bench;

/// <summary>A ratio with what it may really be.</summary>
/// <param name="Ratio">The estimate.</param>
/// <param name="Low">The ratio is hardly below this.</param>
/// <param name="High">The ratio is hardly above this.</param>
/// <param name="Verdict">Whether it differs from 1 by more than the noise.</param>
internal sealed record Comparison(double Ratio, double Low, double High, Verdict Verdict);
