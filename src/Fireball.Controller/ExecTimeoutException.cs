namespace Fireball.Controller;

/// <summary>The command ran longer than it was granted and was killed.</summary>
public sealed class ExecTimeoutException : FireballException
{
    /// <summary>Creates the exception.</summary>
    public ExecTimeoutException(string host, string message, Exception? innerException = null)
        : base(host, "exec", message, innerException)
    {
    }
}
