namespace Fireball.Cli.CommandLine;

/// <summary>Which host, and how it is to be reached.</summary>
/// <param name="Destination">As ssh takes it.</param>
/// <param name="SshArguments">Options for ssh, in order; paths in them are absolute.</param>
/// <param name="Persist">How long the connection is kept; zero: made for this command alone.</param>
/// <param name="Transport">What calls travel in, by its name.</param>
/// <param name="Quiet">No progress, no remarks.</param>
/// <param name="Verbose">Progress also where nobody watches a terminal.</param>
internal sealed record HostChoice(
    string Destination, IReadOnlyList<string> SshArguments, TimeSpan Persist, string Transport, bool Quiet, bool Verbose);
