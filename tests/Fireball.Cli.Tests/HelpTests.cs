using System.CommandLine;
using Fireball.TestSupport;

namespace Fireball.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("exec", "--sh", "--cwd", "--env", "--umask", "--timeout", "--no-stdin", "--detach", "--json", "-F", "-o", "-i", "-p", "--persist")]
    [InlineData("put", "--parents", "--json", "-F", "--persist")]
    [InlineData("get", "--parents", "--json", "-F", "--persist")]
    [InlineData("ping", "--count", "--json", "-F")]
    [InlineData("down", "--keep", "--json", "-F")]
    [InlineData("hosts", "--json")]
    [InlineData("stop")]
    public async Task Every_verb_explains_its_options_with_an_example(string verb, params string[] options)
    {
        string help = await HelpAsync(verb, "--help");

        Assert.All(options, option => Assert.Contains($"{option}", help, StringComparison.Ordinal));
        Assert.Contains("Examples:\n  fireball " + verb, help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_help_names_every_verb_and_shows_the_first_steps()
    {
        string help = await HelpAsync();

        Assert.All(
            ["exec", "put", "get", "ping", "down", "hosts", "stop", "serve", "bench"],
            verb => Assert.Contains($"\n  {verb} ", help, StringComparison.Ordinal));
        Assert.Contains("fireball exec web1 -- uname -a", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_for_help_in_other_ways_is_the_same()
    {
        Assert.Equal(await HelpAsync("exec", "--help"), await HelpAsync("exec", "-h"));
        Assert.Equal(await HelpAsync(), await HelpAsync("--help"));
    }

    [Fact]
    public async Task An_example_with_a_variable_writes_two_dashes_before_it()
    {
        // A variable that begins with a dash would be an option, such as one that has ssh run a program.
        var lines = new List<string>();
        foreach (string verb in (string[])["exec", "put", "get", "ping", "down"])
        {
            string[] examples = [.. (await HelpAsync(verb, "--help")).Split('\n').Where(HasVariable)];
            Assert.NotEmpty(examples);
            lines.AddRange(examples);
        }

        foreach (string page in (string[])["README.md", .. Directory.GetFiles(Path.Combine(Repository.Root!, "docs"), "*.md")])
        {
            lines.AddRange(File.ReadAllLines(Path.Combine(Repository.Root!, page)).Where(HasVariable));
        }

        Assert.All(lines, line => Assert.Contains(" -- \"$", line, StringComparison.Ordinal));

        static bool HasVariable(string line) => line.Contains("fireball ", StringComparison.Ordinal) && line.Contains("\"$", StringComparison.Ordinal);
    }

    private static async Task<string> HelpAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        ParseResult result = CommandTree.Parse(arguments);
        Assert.Equal(0, await result.InvokeAsync(new InvocationConfiguration { Output = output, Error = output }));
        return output.ToString();
    }
}
