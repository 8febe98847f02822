namespace Fireball.Ssh;

/// <summary>Which host, in ssh's own words.</summary>
/// <param name="Destination">"web1", "user@web1" or "ssh://user@web1:2222".</param>
/// <param name="Arguments">Options for ssh before the destination, such as "-F", "FILE".</param>
public sealed record SshTarget(string Destination, IReadOnlyList<string> Arguments);
