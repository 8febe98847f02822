using System.Text;
using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>Lines for the person at the other end of the ssh session. Never a secret, never a command or its output.</summary>
internal static class Log
{
    internal const int Output = 1;
    internal const int Error = 2;

    /// <summary>A line on standard error.</summary>
    internal static void Warn(string line) => Write(Error, "fireball-agent: " + line);

    /// <summary>A line on descriptor 1 or 2.</summary>
    internal static void Write(int descriptor, string line)
    {
        try
        {
            _ = LocalDescriptor.WriteAll(descriptor, Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"));
        }
        catch (IOException)
        {
            // There is no reader.
        }
    }
}
