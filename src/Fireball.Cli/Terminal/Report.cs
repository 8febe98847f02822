using System.Text;
using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>Lines for a person on standard error.</summary>
internal static class Report
{
    private const int StandardError = 2;

    /// <summary>"fireball: host: phase: message", one line; what is not printable is escaped on a terminal.</summary>
    public static void Failure(string message) => Line($"fireball: {message}");

    /// <summary>One line.</summary>
    public static void Line(string text)
    {
        string line = text.ReplaceLineEndings(" ").Trim();
        Escaped(LocalDescriptor.IsTerminal(StandardError) ? TerminalText.Escape(line) : line);
    }

    /// <summary>One line that is fit for a terminal already.</summary>
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
