namespace Fireball.Programs;

/// <summary>The command line cannot be used; the message is one line.</summary>
public sealed class UsageException(string message) : Exception(message);
