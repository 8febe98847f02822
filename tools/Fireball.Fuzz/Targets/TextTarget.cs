using System.Text;
using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Fuzz;

/// <summary>Text of the other machine, as it is shown.</summary>
internal static class TextTarget
{
    internal static void Run(byte[] input)
    {
        FuzzTargets.RequirePlainLine(TerminalText.Escape(input));
        FuzzTargets.RequirePlainLine(Printable.Line(Encoding.UTF8.GetString(input)));

        // Half surrogate pairs too.
        FuzzTargets.RequirePlainLine(Printable.Quote(Encoding.Unicode.GetString(input)));
    }
}
