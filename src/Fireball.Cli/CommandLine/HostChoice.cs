using Fireball.V1;

namespace Fireball.Cli;

/// <summary>Which host, and how it is to be reached.</summary>
/// <param name="Destination">As ssh takes it.</param>
/// <param name="SshArguments">Options for ssh, in order; paths in them are absolute.</param>
/// <param name="Persist">How long the connection is kept; zero: not at all.</param>
/// <param name="Transport">What calls travel in, by its name.</param>
/// <param name="Ssh">Who makes the SSH connection, by its name.</param>
/// <param name="Quiet">No progress, no remarks.</param>
/// <param name="Verbose">Progress also where standard error is not a terminal.</param>
internal sealed record HostChoice(
    string Destination, IReadOnlyList<string> SshArguments, TimeSpan Persist, string Transport, string Ssh, bool Quiet, bool Verbose)
{
    /// <summary>
    /// The ssh is this command's own. Not for gRPC, whose client would cost the start of each command half a millisecond,
    /// nor with the packages in the place of our own parts: then it is the background process's, which keeps nothing.
    /// </summary>
    public bool IsAlone =>
        Persist == TimeSpan.Zero && Transport == ConnectionNames.Zmq && Ssh == ConnectionNames.OpenSsh;
}
