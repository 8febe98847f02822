namespace Fireball.Cli.Tests;

public sealed class RemotePathTests
{
    [Theory]
    [InlineData("web1:/srv/site", "web1", "/srv/site")]
    [InlineData("web1:", "web1", "")]
    [InlineData("web1:a:b", "web1", "a:b")]
    [InlineData("user@web1:rel/path", "user@web1", "rel/path")]
    [InlineData("[::1]:x", "::1", "x")]
    [InlineData("user@[fe80::1%eth0]:x", "user@fe80::1%eth0", "x")]
    [InlineData("ssh://user@web1:2222/x/y", "ssh://user@web1:2222", "x/y")]
    [InlineData("ssh://web1//etc", "ssh://web1", "/etc")]
    public void Host_and_path_are_told_apart(string text, string destination, string path)
    {
        Assert.True(RemotePath.TryParse(text, out RemotePath result));
        Assert.Equal((destination, path), (result.Destination, result.Path));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("./a:b")]
    [InlineData("/a:b")]
    [InlineData(":x")]
    [InlineData("[::1]")]
    [InlineData("ssh://")]
    public void Local_paths_are_local(string text) => Assert.False(RemotePath.TryParse(text, out _));
}
