using System.CommandLine;

namespace Fireball.Programs;

/// <summary>
/// Puts a verb's arguments into an order that leaves nothing to guess: options first, then "--", then the rest as it
/// is. Accepts options attached as ssh has them ("-p2222"), and for verbs that run a command lets everything after its
/// first word belong to it.
/// </summary>
public static class ArgumentOrder
{
    /// <summary>Options, "--", operands.</summary>
    /// <param name="verb">Its options say which words are theirs.</param>
    /// <param name="arguments">What follows the verb on the command line.</param>
    /// <param name="runsCommand">After the first operand (the host) comes a command, which may look like options.</param>
    public static IReadOnlyList<string> Normalize(Command verb, IReadOnlyList<string> arguments, bool runsCommand)
    {
        var options = new List<string>();
        var operands = new List<string>();
        int i = 0;
        for (; i < arguments.Count; i++)
        {
            string word = arguments[i];
            if (word == "--")
            {
                i++;
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                if (runsCommand && operands.Count == 1)
                {
                    break;
                }

                operands.Add(word);
                continue;
            }

            i += TakeOption(verb, arguments, i, options);
        }

        // "exec -- HOST -- COMMAND": the second "--" stands before the command as after a bare HOST.
        bool separatorPending = runsCommand && operands.Count == 0;
        for (; i < arguments.Count; i++)
        {
            if (separatorPending && operands.Count == 1)
            {
                separatorPending = false;
                if (arguments[i] == "--")
                {
                    continue;
                }
            }

            operands.Add(arguments[i]);
        }

        return [.. options, "--", .. operands];
    }

    /// <summary>Takes the option at an index, with its value.</summary>
    /// <returns>How many further words belong to the option.</returns>
    private static int TakeOption(Command verb, IReadOnlyList<string> arguments, int index, List<string> options)
    {
        string word = arguments[index];
        int equals = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) : -1;
        if (Find(verb, equals < 0 ? word : word[..equals]) is { } option)
        {
            if (equals >= 0)
            {
                options.Add(word[..equals]);
                options.Add(word[(equals + 1)..]);
                return 0;
            }

            options.Add(word);
            if (option.Arity.MinimumNumberOfValues == 0 || index + 1 >= arguments.Count)
            {
                return 0;
            }

            options.Add(arguments[index + 1]);
            return 1;
        }

        // "-p2222", "-oPort=22": as ssh takes them. "-nq": flags together.
        if (word[1] != '-' && Find(verb, word[..2]) is { } attached)
        {
            options.Add(word[..2]);
            if (attached.Arity.MinimumNumberOfValues > 0)
            {
                options.Add(word[2..]);
                return 0;
            }

            return TakeOption(verb, [.. arguments.Take(index), "-" + word[2..], .. arguments.Skip(index + 1)], index, options);
        }

        if (word is not ("--help" or "-h" or "-?"))
        {
            throw new UsageException($"{verb.Name}: there is no option {word}; see 'fireball {verb.Name} --help'");
        }

        options.Add(word);
        return 0;
    }

    private static Option? Find(Command verb, string name)
    {
        foreach (Option option in verb.Options)
        {
            if (option.Name == name || option.Aliases.Contains(name))
            {
                return option;
            }
        }

        return null;
    }
}
