namespace Fireball.Ssh.SshNet.Tests;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("web1", "web1", true)]
    [InlineData("web1", "web?", true)]
    [InlineData("web1", "*", true)]
    [InlineData("", "*", true)]
    [InlineData("web1.example", "*.example", true)]
    [InlineData("web1.example", "w*1*e", true)]
    [InlineData("web1", "web", false)]
    [InlineData("web", "web?", false)]
    [InlineData("web1", "*2", false)]
    public void A_pattern_fits_the_whole_name(string text, string pattern, bool fits) =>
        Assert.Equal(fits, Wildcard.Matches(text, pattern));

    [Theory]
    [InlineData("web1", "web*,!web2", true)]
    [InlineData("web2", "web*,!web2", false)]
    [InlineData("web2", "!web2,web*", false)]
    [InlineData("db", "!web*", false)]
    public void What_is_excluded_is_out_whatever_else_fits(string text, string patterns, bool fits) =>
        Assert.Equal(fits, Wildcard.MatchesAny(text, patterns.Split(',')));

    [Fact]
    public void A_hostile_pattern_takes_no_exponential_time() =>
        Assert.False(Wildcard.Matches(new string('a', 2000), string.Concat(Enumerable.Repeat("*a", 500)) + "b"));
}
