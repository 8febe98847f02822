namespace Fireball.Bench;

/// <summary>A call failed, somewhere else than it was made.</summary>
internal sealed class LoadException(Exception failure) : Exception(failure.Message, failure);
