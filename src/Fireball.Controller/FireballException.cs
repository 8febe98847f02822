using Fireball.Linux;

namespace Fireball.Controller;

/// <summary>An operation on a host failed. The message is one line for a person and does not repeat the host's name.</summary>
public class FireballException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="host">The host, as the caller named it.</param>
    /// <param name="phase">What failed: a step of connecting ("resolve" to "handshake") or the operation ("exec", "put").</param>
    /// <param name="message">Why; what of it would not be one plain line, as a host may say it, is escaped.</param>
    /// <param name="innerException">What was caught.</param>
    public FireballException(string host, string phase, string message, Exception? innerException = null)
        : base(TerminalText.Line(message), innerException)
    {
        Host = host;
        Phase = phase;
    }

    /// <summary>The host, as the caller named it.</summary>
    public string Host { get; }

    /// <summary>A step of connecting ("resolve", "connect", "authenticate" ...) or the operation that failed ("exec").</summary>
    public string Phase { get; }
}
