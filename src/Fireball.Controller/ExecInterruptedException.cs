namespace Fireball.Controller;

/// <summary>The connection was lost while the command ran, but the agent could still be asked how it ended.</summary>
public sealed class ExecInterruptedException : FireballException
{
    /// <summary>Creates the exception.</summary>
    public ExecInterruptedException(string host, ExecExit exit, string message, Exception? innerException = null)
        : base(host, "exec", message, innerException) => Exit = exit;

    /// <summary>How the command ended. Its output is not complete.</summary>
    public ExecExit Exit { get; }
}
