using Fireball.Programs;

namespace Fireball.Cli.Tests;

public sealed class ArgumentOrderTests
{
    [Theory]
    [InlineData("web1 uname -a", "-- web1 uname -a")]
    [InlineData("web1 -- uname -a", "-- web1 uname -a")]
    [InlineData("-- web1 -- uname -a", "-- web1 uname -a")]
    [InlineData("-- web1 uname -- -a", "-- web1 uname -- -a")]
    [InlineData("web1 uname -- -x", "-- web1 uname -- -x")]
    [InlineData("web1 -- -- x", "-- web1 -- x")]
    [InlineData("web1 --sh ls", "--sh ls -- web1")]
    [InlineData("web1 -n cat -n", "-n -- web1 cat -n")]
    [InlineData("-p2222 web1 x", "-p 2222 -- web1 x")]
    [InlineData("-oPort=22 -F cfg web1 x", "-o Port=22 -F cfg -- web1 x")]
    [InlineData("-nq web1 x", "-n -q -- web1 x")]
    [InlineData("-nvp22 web1 x", "-n -v -p 22 -- web1 x")]
    [InlineData("--timeout=5s web1 x", "--timeout 5s -- web1 x")]
    [InlineData("-i -key web1 x", "-i -key -- web1 x")]
    [InlineData("--help", "--help --")]
    public void Options_come_first_and_the_command_stays_as_it_is(string given, string normalized)
    {
        var verb = new ExecVerb();
        Assert.Equal(normalized, string.Join(' ', ArgumentOrder.Normalize(verb.Command, given.Split(' '), verb.RunsCommand)));
    }

    [Fact]
    public void Paths_with_dashes_can_follow_a_double_dash()
    {
        var verb = new PutVerb();
        Assert.Equal(
            "-q -- -a -b web1:x",
            string.Join(' ', ArgumentOrder.Normalize(verb.Command, ["-q", "--", "-a", "-b", "web1:x"], verb.RunsCommand)));
    }

    [Theory]
    [InlineData("--bogus web1 x")]
    [InlineData("-Z web1 x")]
    public void Unknown_options_are_named(string given)
    {
        var verb = new ExecVerb();
        UsageException failure = Assert.Throws<UsageException>(
            () => ArgumentOrder.Normalize(verb.Command, given.Split(' '), verb.RunsCommand));
        Assert.Contains(given.Split(' ')[0], failure.Message, StringComparison.Ordinal);
    }
}
