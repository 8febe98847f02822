using System.CommandLine;
using Fireball.Programs;

namespace Fireball.Bench;

/// <summary>compare A B: what two runs tell about each other.</summary>
internal static class CompareCommand
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Name = "compare";

    /// <summary>Its arguments, and what it does.</summary>
    public static RootCommand Create(TextWriter output)
    {
        var before = new Argument<string>("BEFORE") { Description = "Results that --json wrote" };
        var after = new Argument<string>("AFTER") { Description = "Results of another run" };
        var command = new RootCommand(
            "fireball bench compare: what a call costs AFTER, as a ratio to BEFORE, and whether the difference is larger than the noise "
            + "of the rounds (Mann and Whitney's rank test, 5 percent).")
        {
            before, after,
        };
        command.SetAction(result =>
        {
            CompareReport.Write(output, Read(result.GetRequiredValue(before)), Read(result.GetRequiredValue(after)));
            return 0;
        });
        return command;
    }

    private static BenchResults Read(string path)
    {
        try
        {
            return ResultsFile.Read(path);
        }
        catch (FormatException failure)
        {
            throw new UsageException(failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: {failure.Message}");
        }
    }
}
