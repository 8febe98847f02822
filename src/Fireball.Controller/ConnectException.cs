namespace Fireball.Controller;

/// <summary>The host could not be connected; <see cref="FireballException.Phase"/> says which step failed.</summary>
public sealed class ConnectException : FireballException
{
    /// <summary>Creates the exception.</summary>
    public ConnectException(string host, string phase, string message, Exception? innerException = null)
        : base(host, phase, message, innerException)
    {
    }

    /// <summary>Another try may succeed although nothing is changed: the host was not reached, or hung up.</summary>
    public bool IsRetryable { get; init; }
}
