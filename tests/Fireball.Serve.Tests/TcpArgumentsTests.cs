using System.Net;

namespace Fireball.Serve.Tests;

/// <summary>Which options of "fireball serve" go together.</summary>
public sealed class TcpArgumentsTests
{
    [Theory]
    [InlineData("--listen 127.0.0.1", "not an address and a port")]
    [InlineData("--listen web1:7070", "not an address and a port")]
    [InlineData("--listen ::1", "not an address and a port")]
    [InlineData("--listen 127.0.0.1:70707", "not an address and a port")]
    [InlineData("--listen 127.0.0.1:0", "--listen needs --cert")]
    [InlineData("--listen 127.0.0.1:0 --cert c --client-ca a", "--listen needs --key")]
    [InlineData("--listen 127.0.0.1:0 --cert c --key k", "--listen needs --client-ca")]
    [InlineData("--listen 127.0.0.1:0 --cert c --key k --client-ca a --token-file t", "goes with --insecure-loopback")]
    [InlineData("--cert c", "--cert goes with --listen")]
    [InlineData("--key k", "--key goes with --listen")]
    [InlineData("--client-ca a", "--client-ca goes with --listen")]
    [InlineData("--token-file t", "--token-file goes with --listen")]
    [InlineData("--insecure-loopback", "--insecure-loopback goes with --listen")]
    [InlineData("--listen 127.0.0.1:0 --insecure-loopback", "needs --token-file")]
    [InlineData("--listen 127.0.0.1:0 --insecure-loopback --token-file t --key k", "do not go together")]
    [InlineData("--listen 0.0.0.0:7070 --insecure-loopback --token-file t", "is not a loopback address")]
    [InlineData("--listen [::]:7070 --insecure-loopback --token-file t", "is not a loopback address")]
    [InlineData("--listen 192.168.1.1:7070 --insecure-loopback --token-file t", "is not a loopback address")]
    public void What_does_not_go_together_is_refused_with_a_word(string arguments, string words) =>
        Assert.Contains(words, Assert.Single(Parse(arguments).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--listen 0.0.0.0:7070 --cert c --key k --client-ca a", "0.0.0.0:7070", true)]
    [InlineData("--listen [::1]:7070 --insecure-loopback --token-file t", "[::1]:7070", false)]
    [InlineData("--listen 127.1.2.3:0 --insecure-loopback --token-file t", "127.1.2.3:0", false)]
    public async Task What_goes_together_is_taken(string arguments, string endPoint, bool tls)
    {
        ServeArguments? taken = null;
        await Parse(arguments, given => taken = given).InvokeAsync();

        Assert.Equal((IPEndPoint.Parse(endPoint), tls), (taken!.Tcp!.EndPoint, taken.Tcp.Tls is not null));
    }

    [Fact]
    public async Task Without_options_there_is_no_TCP()
    {
        ServeArguments? taken = null;
        await Parse("", given => taken = given).InvokeAsync();

        Assert.Null(taken!.Tcp);
    }

    private static System.CommandLine.ParseResult Parse(string arguments, Action<ServeArguments>? taken = null) =>
        ServeArguments.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), given =>
        {
            taken?.Invoke(given);
            return Task.FromResult(0);
        });
}
