using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>What ssh_config files and options mean, by ssh's own word where it can be asked (its -G).</summary>
public sealed class ConfigTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, string> Files => new()
    {
        { "Host t\n HostName h.example\n Port 2222\nHost *\n Port 22\n User me\n", "" },
        { "Host *.example\n User no\nHost t !x\n User yes\n", "" },
        { "Host * !t\n User no\nHost ?\n User yes\n", "" },
        { "Host t\n HostName %h.example.%%\n User me\nMatch host *.example.*\n Port 33\n", "" },
        { "Match originalhost t user me\n Port 1\nMatch originalhost t\n Port 2\n", "-l me" },
        { "Match !originalhost t\n Port 1\nMatch all\n Port 2\n", "" },
        { "Host other\n Include INCLUDED\nHost t\n Port 5\n", "" },
        { "Host t\n Include INCLUDED\n User later\n", "" },
        { "User file\nPort 3\nHostName file.example\n", "-o User=option -p 4 -o HostName=option.example" },
        { "User=\"quoted\" # comment\nStrictHostKeyChecking accept-new\nUserKnownHostsFile ~/a /b/%h/%p/%r\n", "" },
        { "IdentityFile ~/one\nIdentityFile /two/%n\nIdentitiesOnly yes\nHost t\n IdentityFile three\n", "-o IdentityFile=zero" },
        { "ProxyCommand none\nProxyJump none\nCertificateFile none\nConnectTimeout 2m\nServerAliveInterval 7\nHostKeyAlias alias\n", "" },
        { "ProxyJump me@one:33,two\n", "" },
        { "Host t\n ProxyJump one\nHost *\n ProxyCommand nc %h %p\n", "" },
        { "LogLevel debug\nSendEnv LANG\nControlMaster auto\nLocalForward 1 h:2\nGSSAPIAuthentication yes\nIgnoreUnknown Foo*\nFooBar x\n", "" },
    };

    [RequiresTheory("ssh")]
    [MemberData(nameof(Files))]
    public async Task A_file_means_what_ssh_makes_of_it(string text, string options)
    {
        _directory.Write("included", "Port 6\nHost x\n Port 7\nHost t\n User included\n", (UnixFileMode)0b110_100_100);
        string file = _directory.Write("cfg", text.Replace("INCLUDED", _directory["inc*"], StringComparison.Ordinal));
        string[] arguments = ["-F", file, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var ssh = (await Command.CheckAsync("ssh", ["-G", .. arguments, "t"])).Split('\n').Select(l => l.Split(' ', 2))
            .Where(w => w.Length == 2).ToLookup(w => w[0], w => w[1], StringComparer.Ordinal);
        var host = ResolvedHost.Of(SshTarget.Parse("t", arguments));
        Assert.Equal(ssh["hostname"].Single(), host.HostName);
        Assert.Equal(ssh["user"].Single(), host.User);
        Assert.Equal(ssh["port"].Single(), host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(ssh["identitiesonly"].Single() == "yes", host.IdentitiesOnly);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (text.Contains("IdentityFile", StringComparison.Ordinal))
        {
            // -G shows them before "~" and tokens are expanded.
            Assert.Equal(
                ssh["identityfile"].Select(f => f.Replace("~", home, StringComparison.Ordinal).Replace("%n", "t", StringComparison.Ordinal)),
                host.IdentityFiles);
        }

        if (text.Contains("UserKnownHostsFile", StringComparison.Ordinal))
        {
            Assert.Equal([home + "/a", $"/b/{host.HostName}/{host.Port}/{host.User}"], host.UserKnownHosts);
        }

        if (text.Contains("ConnectTimeout", StringComparison.Ordinal))
        {
            Assert.Equal(ssh["connecttimeout"].Single(), host.ConnectTimeout.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(ssh["serveraliveinterval"].Single(), host.KeepAlive!.Value.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(ssh["hostkeyalias"].Single(), host.KeyName);
        }

        string jumps = string.Join(',', host.Jumps.Select(j => j.Replace("ssh://", "", StringComparison.Ordinal)));
        Assert.Equal(ssh["proxyjump"].SingleOrDefault(j => j != "none") ?? "", jumps);
    }

    [Theory]
    [InlineData("ProxyCommand nc %h %p")]
    [InlineData("CertificateFile x")]
    [InlineData("PKCS11Provider x")]
    [InlineData("KnownHostsCommand x")]
    [InlineData("ForwardAgent yes")]
    [InlineData("BindAddress 127.0.0.1")]
    [InlineData("CanonicalizeHostname yes")]
    [InlineData("SetEnv A=b")]
    [InlineData("AddressFamily inet6")]
    [InlineData("NoSuchOption x")]
    public void What_is_not_supported_is_refused_by_its_name_and_place(string line)
    {
        string file = _directory.Write("cfg", "# one\nHost t\n  " + line + "\n");
        var e = Assert.Throws<TunnelException>(() => ResolvedHost.Of(SshTarget.Parse("t", ["-F", file])));
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        string keyword = line.Split(' ')[0];
        Assert.Equal($"ssh_config line 3 of {file}: {keyword} is not supported by SSH.NET; use --ssh openssh", e.Message);

        // For another host it says nothing.
        Assert.Equal(22, ResolvedHost.Of(SshTarget.Parse("other", ["-F", file])).Port);
    }

    [Theory]
    [InlineData("Match exec true\n", "Match exec")]
    [InlineData("Match final\n", "Match final")]
    [InlineData("HostName %C\n", "the token %C in \"%C\"")]
    [InlineData("IdentityFile ~other/x\n", "another user's home")]
    public void Parts_that_are_not_supported_are_named(string text, string words)
    {
        string file = _directory.Write("cfg", text);
        var e = Assert.Throws<TunnelException>(() => ResolvedHost.Of(SshTarget.Parse("t", ["-F", file])));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.EndsWith("not supported by SSH.NET; use --ssh openssh", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Port 0", "\"0\" is no value of Port")]
    [InlineData("Port 65536", "\"65536\" is no value of Port")]
    [InlineData("IdentitiesOnly maybe", "\"maybe\" is no value of IdentitiesOnly")]
    [InlineData("StrictHostKeyChecking maybe", "\"maybe\" is no value of StrictHostKeyChecking")]
    public void A_value_that_is_none_is_named(string line, string words)
    {
        string file = _directory.Write("cfg", line + "\n");
        var e = Assert.Throws<TunnelException>(() => ResolvedHost.Of(SshTarget.Parse("t", ["-F", file])).IdentitiesOnly);
        Assert.Equal($"ssh_config line 1 of {file}: {words}", e.Message);
    }

    [Fact]
    public void Files_that_include_themselves_are_refused()
    {
        string file = _directory.Write("cfg", $"Include {_directory["cfg"]}\n");
        Assert.Throws<TunnelException>(() => ResolvedHost.Of(SshTarget.Parse("t", ["-F", file])));
    }

    [Theory]
    [InlineData(null, "a,b,c")]
    [InlineData("c,x,a", "c,a")]
    [InlineData("^c", "c,a,b")]
    [InlineData("-b", "a,c")]
    [InlineData("+old", "a,b,c,old")]
    [InlineData("o*", "old")]
    public void Lists_of_algorithms_name_or_change_what_is_offered(string? list, string offered) =>
        Assert.Equal(offered, string.Join(',', AlgorithmList.Select(list, ["a", "b", "c"], ["a", "b", "c", "old"])));
}
