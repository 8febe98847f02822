namespace Fireball.Bench;

/// <summary>There is no such figure; one line says why.</summary>
internal sealed class NotMeasuredException(string message) : Exception(message);
