namespace Fireball.Ssh.SshNet;

/// <summary>What known_hosts says of a key.</summary>
internal enum HostKeyStatus
{
    /// <summary>It is the host's.</summary>
    Known,

    /// <summary>No key of its type is known for the host.</summary>
    Unknown,

    /// <summary>Another key of its type is known for the host.</summary>
    Changed,

    /// <summary>It has been revoked.</summary>
    Revoked,
}

/// <summary>A host key, and what known_hosts says of it.</summary>
/// <param name="Status">What it says.</param>
/// <param name="KeyType">The key's type.</param>
/// <param name="Key">The key.</param>
/// <param name="Entry">The line that says so, where one does against it.</param>
internal sealed record HostKeyVerdict(HostKeyStatus Status, string KeyType, byte[] Key, KnownHostsEntry? Entry);
