using System.CommandLine;
using System.CommandLine.Help;
using Fireball.Linux;
using Fireball.Programs;

namespace Fireball.Bench;

/// <summary>From arguments to an exit status.</summary>
internal static class BenchCommand
{
    /// <summary>The command line cannot be used.</summary>
    public const int UsageStatus = 2;

    // Columns of help: what fits every terminal and reads well.
    private const int HelpWidth = 100;

    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="output">What was asked for: tables.</param>
    /// <param name="error">What else is to be said.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        try
        {
            ParseResult result = Parse(arguments, output, error);
            if (result.Errors.Count > 0 && result.Action is not HelpAction)
            {
                throw new UsageException($"{result.Errors[0].Message.TrimEnd('.')}; see 'fireball bench --help'");
            }

            return await result.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UsageException failure)
        {
            Say(error, failure.Message);
            return UsageStatus;
        }
        catch (Exception failure) when (failure is WorkFailedException or IOException or UnauthorizedAccessException)
        {
            Say(error, failure.Message);
            return ExitStatus.Failure;
        }
    }

    /// <summary>One line for a person.</summary>
    public static void Say(TextWriter error, string message) =>
        error.WriteLine($"fireball-bench: {TerminalText.Escape(message.ReplaceLineEndings(" "))}");

    private static ParseResult Parse(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        bool compares = arguments is [CompareCommand.Name, ..];
        Command command = compares ? CompareCommand.Create(output) : RunOptions.Create(
            (options, cancel) => RunCommand.RunAsync(options, output, error, cancel));
        foreach (HelpOption help in command.Options.OfType<HelpOption>())
        {
            ((HelpAction)help.Action!).MaxWidth = HelpWidth;
        }

        IReadOnlyList<string> words = ArgumentOrder.Normalize(command, [.. arguments.Skip(compares ? 1 : 0)], runsCommand: false);
        return command.Parse(words, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
    }
}
