using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

public sealed class SshTargetTests
{
    [Theory]
    [InlineData("web1")]
    [InlineData("web-1.example.org")]
    [InlineData("user@web1")]
    [InlineData("user@REALM@web1")]
    [InlineData("DOMAIN\\user@web1")]
    [InlineData("ssh://user@web1:2222")]
    [InlineData("ssh://web1")]
    [InlineData("ssh://[::1]:22")]
    [InlineData("fe80::1%eth0")]
    [InlineData("192.0.2.1")]
    [InlineData("bücher.example")]
    public void Names_of_hosts_are_accepted(string name) => Assert.Equal(name, SshTarget.Parse(name).Destination);

    [Fact]
    public void The_options_named_in_the_help_are_passed_on_as_they_are()
    {
        string[] options = ["-F", "a file", "-o", "ProxyCommand=nc %h %p", "-i", "-key", "-p", "22", "-J", "jump", "-l", "me", "-v"];
        Assert.Equal(options, SshTarget.Parse("web1", options).Arguments);
    }

    [Theory]
    [InlineData("-F")]
    [InlineData("-p", "0")]
    [InlineData("-p", "22;id")]
    [InlineData("-L", "1:2:3")]
    [InlineData("-oProxyCommand=id")]
    [InlineData("-N")]
    [InlineData("host2")]
    [InlineData("-o", "")]
    public void Other_options_are_refused(params string[] options) =>
        Assert.Throws<FormatException>(() => SshTarget.Parse("web1", options));

    [Fact]
    public async Task Two_hundred_hostile_names_run_nothing()
    {
        using var directory = new TemporaryDirectory();
        string ran = directory["ran"];
        string ssh = directory.Write("ssh", $"#!/bin/sh\ntouch {ran}\n", (UnixFileMode)0b111_101_101);
        var options = new SshConnectOptions { Agents = ScriptedAgent.Images, SshProgram = ssh };
        var names = HostileNames(ran).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(names.Count >= 200, $"{names.Count} names");
        foreach (string name in names)
        {
            Assert.Throws<FormatException>(() => SshTarget.Parse(name));

            // And by the connector, which does not trust its caller.
            var e = await Assert.ThrowsAsync<TunnelException>(
                () => new OpenSshConnector().ConnectAsync(new SshTarget(name, []), options));
            Assert.Equal(ConnectPhase.Resolve, e.Phase);
            Assert.DoesNotContain(e.Message, c => char.IsControl(c));
        }

        Assert.False(File.Exists(ran));

        // The trap works: a good name does run it.
        await Assert.ThrowsAsync<TunnelException>(() => new OpenSshConnector().ConnectAsync(SshTarget.Parse("web1"), options));
        Assert.True(File.Exists(ran));
    }

    private static IEnumerable<string> HostileNames(string ran)
    {
        string[] metacharacters =
        [
            ";", "&", "|", "`", "$", "(", ")", "<", ">", "\"", "'", "\\", "*", "?", "[", "]", "{", "}", "!", "#", "~",
            "=", " ", "\t", "\n", "\r", "\0", "\x1b", "\x7f", "\u0085", "\u2028", "\u202e", "/", ",", "^", "+",
        ];
        foreach (string c in metacharacters)
        {
            yield return "web1" + c + "touch";
            yield return c + "web1";
            yield return "user@web1" + c;
            yield return "ssh://web1" + c + ":22";
            if (c is not ("\\" or "+"))
            {
                yield return "us" + c + "er@web1";
            }
        }

        string[] options = ["oProxyCommand=", "oLocalCommand=", "F", "J", "E", "S", "W", "o", "-help", "G", "V"];
        foreach (string option in options)
        {
            yield return $"-{option}touch {ran}";
            yield return $"-{option}";
            yield return $"user@-{option}x";
            yield return $"-{option}x@web1";
            yield return $"ssh://-{option}x";
        }

        foreach (string name in (string[])["", "@", "user@", "@web1", "-", "--", "%h", "web%h", "$(touch " + ran + ")", "ssh://", "ssh://web1:", "ssh://web1:0", "ssh://web1:65536", "ssh://web1:22x", new string('a', 513)])
        {
            yield return name;
        }
    }
}
