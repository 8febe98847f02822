namespace Fireball.Ssh.SshNet;

/// <summary>A key that an agent holds: its public part, and what its owner calls it.</summary>
internal sealed record AgentIdentity(byte[] Key, string Comment);
