namespace Fireball.Ssh;

/// <summary>A host could not be connected, or its connection ended. The message is one line for a person.</summary>
public sealed class SshException : IOException
{
    /// <summary>Creates the exception.</summary>
    public SshException(SshPhase phase, string message, Exception? innerException = null)
        : base(message, innerException) => Phase = phase;

    /// <summary>The step that failed.</summary>
    public SshPhase Phase { get; }
}
