using System.Text;
using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>Lines for the person at the other end of the ssh session. Never a secret, never a command or its output.</summary>
internal static class Log
{
    internal const int Output = 1;
    internal const int Error = 2;

    private static readonly Lock Gate = new();
    private static int _left;

    /// <summary>
    /// A line on standard error, if it is taken at once: connections of other users make such lines, and a controller that does not
    /// read them must not hold up the agent. Where some were left out, the next line says how many. Thread-safe.
    /// </summary>
    internal static void Warn(string line)
    {
        lock (Gate)
        {
            string before = _left == 0 ? "" : $"({_left} lines before were not read) ";
            _left = LocalDescriptor.TryWriteLine(Error, Encode($"fireball-agent: {before}{line}")) ? 0 : _left + 1;
        }
    }

    /// <summary>A line on descriptor 1 or 2, which is waited for: before there is a connection, or by hand.</summary>
    internal static void Write(int descriptor, string line)
    {
        try
        {
            _ = LocalDescriptor.WriteAll(descriptor, Encode(line));
        }
        catch (IOException)
        {
            // There is no reader.
        }
    }

    private static byte[] Encode(string line) => Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n");
}
