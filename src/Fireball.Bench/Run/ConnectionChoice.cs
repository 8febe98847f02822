namespace Fireball.Bench;

/// <summary>Which host, and how ssh reaches it.</summary>
/// <param name="Destination">As ssh takes it.</param>
/// <param name="ConfigFile">ssh's -F; null: the usual files.</param>
/// <param name="SshArguments">Further options of ssh.</param>
/// <param name="RoundTrip">Time to add to each round trip; zero: none.</param>
/// <param name="IsLocal">The host is this machine.</param>
internal sealed record ConnectionChoice(
    string Destination, string? ConfigFile, IReadOnlyList<string> SshArguments, TimeSpan RoundTrip, bool IsLocal = false);
