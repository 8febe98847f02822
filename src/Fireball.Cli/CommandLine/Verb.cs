using System.CommandLine;

namespace Fireball.Cli;

/// <summary>One verb of the command: its options and what it does.</summary>
internal abstract class Verb
{
    protected Verb(string name, string description) => Command = new Command(name, description);

    /// <summary>Arguments and options, as they are parsed and explained.</summary>
    public Command Command { get; }

    /// <summary>After the first operand comes a command, whose words are not ours.</summary>
    public virtual bool RunsCommand => false;

    /// <summary>Lines for "Examples:" in the verb's help; a command and what it does.</summary>
    public virtual IReadOnlyList<(string Command, string Meaning)> Examples => [];

    /// <summary>Further help: a paragraph after the examples.</summary>
    public virtual string? Notes => null;

    /// <summary>What the example with a variable means, for each verb that has one.</summary>
    protected const string InScripts = "in a script: after --, what a variable holds is never taken for an option";

    /// <summary>Does it; the result is the exit status.</summary>
    public abstract Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken);
}
