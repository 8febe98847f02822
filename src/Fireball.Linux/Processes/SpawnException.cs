namespace Fireball.Linux;

/// <summary>No process was started.</summary>
public sealed class SpawnException : IOException
{
    /// <summary>With its kind, the kernel's error number, and one line for a person.</summary>
    public SpawnException(SpawnFailure failure, int errno, string message)
        : base(message) => (Failure, Errno) = (failure, errno);

    /// <summary>The kind.</summary>
    public SpawnFailure Failure { get; }

    /// <summary>The kernel's error number.</summary>
    public int Errno { get; }
}
