using System.CommandLine;

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

    private static async Task<string> HelpAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        ParseResult result = CommandTree.Parse(arguments);
        Assert.Equal(0, await result.InvokeAsync(new InvocationConfiguration { Output = output, Error = output }));
        return output.ToString();
    }
}
