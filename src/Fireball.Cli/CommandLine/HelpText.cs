using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Fireball.Cli;

/// <summary>What help says besides the options: examples, and what one has to know.</summary>
internal sealed class HelpText(HelpAction options, IReadOnlyList<Verb> verbs) : SynchronousCommandLineAction
{
    /// <summary>Columns of help: what fits every terminal and reads well.</summary>
    public const int Width = 100;

    private static readonly (string Command, string Meaning)[] RootExamples =
    [
        ("fireball exec web1 -- uname -a", "run a command; the first use of a host sends it the agent"),
        ("fireball exec web1 --sh 'cd /tmp && ls | wc -l'", "run a shell line"),
        ("fireball put site/ web1:/srv/site", "copy a tree there"),
        ("fireball get web1:/var/log/syslog .", "copy a file here"),
        ("fireball down web1", "let the agent leave; nothing of it remains"),
    ];

    public override int Invoke(ParseResult parseResult)
    {
        int status = options.Invoke(parseResult);
        Verb? verb = verbs.FirstOrDefault(verb => verb.Command == parseResult.CommandResult.Command);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach ((string command, string meaning) in verb?.Examples ?? RootExamples)
        {
            output.WriteLine($"  {command}");
            output.WriteLine($"      {meaning}");
        }

        string? notes = verb is null ? "'fireball VERB --help' explains a verb." : verb.Notes;
        if (notes is not null)
        {
            output.WriteLine();
            output.WriteLine(notes);
        }

        return status;
    }
}
