using System.Text.Json;
using Fireball.TestSupport;

namespace Fireball.Cli.Tests;

public sealed class NoticesTests
{
    // They work while a program is compiled, and nothing of them is in it.
    private static readonly string[] BuildOnly = ["Meziantou.Analyzer", "Microsoft.NET.ILLink.Tasks", "Roslynator.Analyzers"];

    // They hold no code: HdrHistogram names them for frameworks before .NET 5.
    private static readonly string[] Empty = ["Microsoft.NETCore.Platforms", "NETStandard.Library"];

    // The shared frameworks, which lock files do not name.
    private static readonly string[] Frameworks = ["Microsoft.AspNetCore.App", "Microsoft.NETCore.App"];

    [Fact]
    public void Every_package_of_the_programs_is_named_with_its_licence_and_no_other_is()
    {
        string[] programs = [.. Directory.GetFiles(Path.Combine(Repository.Root!, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("Fireball.Programs/Build/A", StringComparison.Ordinal))];
        Assert.NotEmpty(programs);

        string[] linked = [.. programs.SelectMany(program => PackagesOf(Path.Combine(Path.GetDirectoryName(program)!, "packages.lock.json")))
            .Except(BuildOnly).Except(Empty).Union(Frameworks).Order(StringComparer.Ordinal)];

        // The list: from its heads to the first empty line, the name first on each.
        IEnumerable<string> named = File.ReadLines(Path.Combine(Repository.Root!, "THIRD-PARTY-NOTICES.txt"))
            .SkipWhile(line => !line.StartsWith("  package ", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
            .Order(StringComparer.Ordinal);
        Assert.Equal(linked, named);
    }

    private static IEnumerable<string> PackagesOf(string lockFile)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        foreach (var framework in file.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            foreach (var package in framework.Value.EnumerateObject())
            {
                if (package.Value.GetProperty("type").GetString() != "Project")
                {
                    // "runtime.linux-x64.NAME": what a package has for one architecture.
                    string[] parts = package.Name.Split('.', 3);
                    yield return parts[0] == "runtime" ? parts[2] : package.Name;
                }
            }
        }
    }
}
