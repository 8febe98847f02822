namespace Fireball.Cli.CommandLine;

/// <summary>The command line cannot be used; the message is one line.</summary>
internal sealed class UsageException(string message) : Exception(message);
