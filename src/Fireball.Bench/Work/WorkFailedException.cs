namespace Fireball.Bench;

/// <summary>A call did not do its work, or it cannot be prepared; one line says why.</summary>
internal sealed class WorkFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
