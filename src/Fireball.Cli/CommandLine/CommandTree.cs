using System.CommandLine;
using System.CommandLine.Help;
using Fireball.Cli.Verbs;

namespace Fireball.Cli.CommandLine;

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
                List<string> rest = ArgumentOrder.Normalize(verb.Command, [.. arguments.Skip(1)], verb.RunsCommand);
                return Root([verb]).Parse([name, .. rest], configuration);
            }
        }

        IReadOnlyList<string> words = first == "help" ? [.. arguments.Skip(1), "--help"] : arguments.Count > 0 ? arguments : [first];
        return Root([.. Verbs.Select(verb => verb.Create())]).Parse(words, configuration);
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
