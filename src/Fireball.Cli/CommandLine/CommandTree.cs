using System.CommandLine;
using System.CommandLine.Help;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>The whole command line. Only the verb that is asked for is built: the others cost time and are not used.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<Verb> Create)[] Verbs =
    [
        ("exec", static () => new ExecVerb()),
        ("put", static () => new PutVerb()),
        ("get", static () => new GetVerb()),
        ("ping", static () => new PingVerb()),
        ("down", static () => new DownVerb()),
        ("hosts", static () => new HostsVerb()),
        ("stop", static () => new StopVerb()),
        ("serve", static () => new ServeVerb()),
        ("bench", static () => new BenchVerb()),
    ];

    /// <summary>Finds the verb and puts its arguments in order. Errors and help are in the result too.</summary>
    public static ParseResult Parse(IReadOnlyList<string> arguments)
    {
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        string first = arguments.Count > 0 ? arguments[0] : "--help";
        foreach ((string name, Func<Verb> create) in Verbs)
        {
            if (name == first)
            {
                Verb verb = create();
                IReadOnlyList<string> rest = ArgumentOrder.Normalize(verb.Command, [.. arguments.Skip(1)], verb.RunsCommand);
                return rest.Any(IsHelp)
                    ? Root([verb]).Parse([name, .. rest], configuration)
                    : Alone(verb).Parse(rest, configuration);
            }
        }

        IReadOnlyList<string> words = first == "help" ? [.. arguments.Skip(1), "--help"] : arguments.Count > 0 ? arguments : [first];
        return Root([.. Verbs.Select(verb => verb.Create())]).Parse(words, configuration);
    }

    // Also where the word is an option's value or the command's own: the whole tree then finds out.
    private static bool IsHelp(string word) => word is "--help" or "-h" or "-?";

    /// <summary>A verb without what only help needs (the root's options, with texts from resources): half a millisecond.</summary>
    private static Command Alone(Verb verb)
    {
        verb.Command.SetAction(verb.RunAsync);
        return verb.Command;
    }

    private static RootCommand Root(Verb[] verbs)
    {
        var root = new RootCommand("Runs commands and moves files on Linux hosts that ssh reaches, one round trip each.");
        foreach (Verb verb in verbs)
        {
            verb.Command.SetAction(verb.RunAsync);
            root.Add(verb.Command);
        }

        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
            {
                help.MaxWidth = HelpText.Width;
                option.Action = new HelpText(help, verbs);
            }
        }

        return root;
    }
}
