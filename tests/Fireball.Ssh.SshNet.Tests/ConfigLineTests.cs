namespace Fireball.Ssh.SshNet.Tests;

public sealed class ConfigLineTests
{
    [Theory]
    [InlineData("HostName web1", "hostname", "web1")]
    [InlineData("  HostName   web1  ", "hostname", "web1")]
    [InlineData("hostname=web1", "hostname", "web1")]
    [InlineData("HostName = web1", "hostname", "web1")]
    [InlineData("Host a b\t!c", "host", "a|b|!c")]
    [InlineData("IdentityFile \"a b\" # a comment", "identityfile", "a b")]
    [InlineData("IdentityFile 'a \"b'", "identityfile", "a \"b")]
    [InlineData("IdentityFile a\\ b", "identityfile", "a b")]
    [InlineData("IdentityFile a\\\"b\\\\", "identityfile", "a\"b\\")]
    [InlineData("User a#b", "user", "a#b")]
    public void A_line_is_keyword_and_arguments(string text, string keyword, string arguments)
    {
        var line = ConfigLine.Parse(text, "here")!;
        Assert.Equal((keyword, arguments), (line.Keyword, string.Join('|', line.Arguments)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    [InlineData("# HostName web1")]
    [InlineData("   #")]
    public void Blank_lines_and_comments_say_nothing(string text) => Assert.Null(ConfigLine.Parse(text, "here"));

    [Theory]
    [InlineData("HostName", "here: HostName has no argument")]
    [InlineData("HostName =", "here: HostName has no argument")]
    [InlineData("HostName # web1", "here: HostName has no argument")]
    [InlineData("IdentityFile \"a b", "here: a quote has no end")]
    public void What_is_no_line_is_named_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ConfigLine.Parse(text, "here")).Message);
}
