namespace Fireball.Controller;

/// <summary>The command was not started; nothing was run on the host.</summary>
public sealed class ExecNotStartedException : FireballException
{
    /// <summary>Creates the exception.</summary>
    public ExecNotStartedException(string host, ExecRefusal refusal, string message, Exception? innerException = null)
        : base(host, "exec", message, innerException) => Refusal = refusal;

    /// <summary>Why.</summary>
    public ExecRefusal Refusal { get; }
}
