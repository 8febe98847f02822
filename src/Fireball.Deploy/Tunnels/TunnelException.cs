namespace Fireball.Deploy;

/// <summary>A host could not be connected, or its connection ended. The message is one line for a person.</summary>
public sealed class TunnelException : IOException
{
    /// <summary>Creates the exception.</summary>
    public TunnelException(ConnectPhase phase, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Phase = phase;
        IsRetryable = phase is ConnectPhase.Connect or ConnectPhase.Forward or ConnectPhase.Handshake;
    }

    /// <summary>The step that failed.</summary>
    public ConnectPhase Phase { get; }

    /// <summary>
    /// Another try may succeed although nothing is changed here. As a rule where a network takes part (connect, forward,
    /// handshake), but not with a host key that has changed, or a configuration that cannot be read.
    /// </summary>
    public bool IsRetryable { get; init; }

    /// <summary>One that another try cannot change.</summary>
    public static TunnelException Lasting(ConnectPhase phase, string message, Exception? innerException = null) =>
        new(phase, message, innerException) { IsRetryable = false };
}
