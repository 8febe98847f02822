namespace Fireball.Ssh;

/// <summary>An agent executable as it is sent: compressed, and named by the hash of its content.</summary>
/// <param name="Hash">SHA-256 of the executable, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Size of the executable, bytes.</param>
/// <param name="Compressed">The executable in gzip format.</param>
public sealed record AgentImage(string Hash, long Size, ReadOnlyMemory<byte> Compressed);
