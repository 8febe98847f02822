using System.Text;
using Fireball.Programs;
using Fireball.Ssh;

namespace Fireball.Fuzz;

/// <summary>Words of a command line: the text as a length of time, and its lines as a destination with options for ssh.</summary>
internal static class ArgumentsTarget
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    internal static void Run(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        bool isTime = Duration.TryParse(text, out TimeSpan time);
        FuzzTargets.Require(time >= TimeSpan.Zero && time <= Longest && (isTime || time == default), "a time in range");

        string[] lines = text.Split('\n');
        try
        {
            SshTarget target = SshTarget.Parse(lines[0], lines[1..]);
            FuzzTargets.Require(
                target.Destination.Length > 0 && target.Destination[0] != '-' && !target.Destination.Any(c => " \t\"'`$;&|<>(){}*?!#~".Contains(c, StringComparison.Ordinal)),
                "a destination that a shell takes for a name");
        }
        catch (FormatException e)
        {
            FuzzTargets.RequirePlainLine(e.Message);
        }
    }
}
