using System.Text;
using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>Lines for a person on standard error.</summary>
internal static class Report
{
    private const int StandardError = 2;

    /// <summary>"fireball: host: phase: message", one line; what is not printable is escaped.</summary>
    public static void Failure(string message) => Line($"fireball: {message}");

    /// <summary>One line.</summary>
    /// <remarks>Escaped in a pipe too: what reads it may be a terminal's scroll-back, or a log that is looked at later.</remarks>
    public static void Line(string text) => Escaped(TerminalText.Line(text.ReplaceLineEndings(" ").Trim()));

    /// <summary>One line that is escaped already.</summary>
    public static void Escaped(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        try
        {
            _ = LocalDescriptor.WriteAll(StandardError, bytes);
        }
        catch (IOException)
        {
            // Standard error is gone, and there is no other place to say so; the exit status still tells.
        }
    }
}
