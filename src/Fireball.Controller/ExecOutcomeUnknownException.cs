namespace Fireball.Controller;

/// <summary>
/// The connection was lost while the command ran, or while it was being started, and what became of it could not be
/// learnt. It is not run again; that is for the caller to decide.
/// </summary>
public sealed class ExecOutcomeUnknownException : FireballException
{
    /// <summary>Creates the exception.</summary>
    public ExecOutcomeUnknownException(string host, string message, Exception? innerException = null)
        : base(host, "exec", message, innerException)
    {
    }
}
