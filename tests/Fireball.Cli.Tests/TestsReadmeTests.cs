using System.Text.RegularExpressions;
using Fireball.TestSupport;

namespace Fireball.Cli.Tests;

/// <summary>tests/README.md says which test shows what; here, that these tests exist.</summary>
public sealed partial class TestsReadmeTests
{
    private static readonly string Tests = Path.Combine(Repository.Root!, "tests");

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var missing = new List<string>();
        int found = 0;
        foreach (string row in File.ReadLines(Path.Combine(Tests, "README.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)))
        {
            // "Project.Class", "Project.Class.Method", and a method alone, which is of the class before it.
            string source = "";
            foreach (Match name in Name().Matches(row))
            {
                if (name.Groups["class"].Success)
                {
                    source = SourceOf(name.Groups["project"].Value, name.Groups["class"].Value);
                }

                string method = name.Groups["method"].Value;
                if (source.Length == 0 || (method.Length > 0 && !source.Contains($" {method}(", StringComparison.Ordinal)))
                {
                    missing.Add(name.Value);
                }

                found++;
            }
        }

        Assert.Empty(missing);
        Assert.InRange(found, 50, int.MaxValue);
    }

    [Fact]
    public void Every_project_that_it_names_exists()
    {
        MatchCollection named = Project().Matches(File.ReadAllText(Path.Combine(Tests, "README.md")));

        Assert.NotEmpty(named);
        Assert.All(named, project => Assert.True(Directory.Exists(Path.Combine(Tests, project.Value)), project.Value));
    }

    private static string SourceOf(string project, string type)
    {
        string directory = Path.Combine(Tests, $"Fireball.{project}.Tests");
        IEnumerable<string> files = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, type + ".cs", SearchOption.AllDirectories)
            : [];
        return string.Concat(files.Select(File.ReadAllText));
    }

    [GeneratedRegex(@"\b(?<project>[A-Z]\w*(\.[A-Z]\w*)*)\.(?<class>[A-Z]\w*Tests)\b(\.(?<method>\w+))?|\b(?<method>[A-Z][A-Za-z0-9]*_\w+_\w+)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\bFireball(\.\w+)+\.Tests\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Project();
}
