using Fireball.Deploy;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Ssh.Tests;

/// <summary>A host that speaks the bootstrap to do harm: it is given up in time, and costs what any host costs.</summary>
public sealed class HostileHostTests(HostileHostTests.Host host) : IClassFixture<HostileHostTests.Host>
{
    // What stands in the command that the host is asked to run: the marker, and an agent's hash and compressed size.
    private const string Prologue = """
        c=$SSH_ORIGINAL_COMMAND; m=${c#*;M=}; m=${m%%;*}; h=${c#*)H=}; h=${h%%;*}; z=${c#*;Z=}; z=${z%%;*}

        """;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    public static TheoryData<string, string> Unexpected => Connectors.With(
        // A word without end: each would be remembered, or uploaded for.
        "while :; do echo \"$m no /d: why\"; done",
        "while :; do echo \"$m start /d\"; done",
        "while :; do echo \"$m need $z $h\"; done",
        "while :; do echo \"$m need $z $h\"; head -c $z >/dev/null; echo \"$m installed /d\"; echo \"$m start /d\"; echo \"$m contract 9\"; done",

        // Words out of their order.
        "echo \"$m installed /d\"",
        "echo \"$m ready\"",
        "echo \"$m need $z $h\"; echo \"$m ready\"",
        "echo \"$m start /d\"; echo \"$m platform x\"",
        "echo \"$m none\"; echo \"$m none\"",

        // Sizes and hashes that are not ours.
        "echo \"$m need 1 $h\"",
        "echo \"$m need 9223372036854775808 $h\"",
        "echo \"$m need $z 0000\"",
        "echo \"$m need\"",
        "echo \"$m\" \"\"");

    public static TheoryData<string, string> Endless => Connectors.With(
        "while :; do echo still here >&2; sleep 0.1; done",
        "while :; do echo noise; sleep 0.1; done",
        "while :; do echo noise noise noise noise noise; done",
        "yes | tr -d '\\n'",
        "yes >&2");

    public static TheoryData<string, string, string> Replies
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (string connector in new[] { Connectors.OpenSsh, Connectors.SshNet })
            {
                data.Add(connector, "no base64", "the agent's reply cannot be read");
                data.Add(connector, "AAAA", "the agent's reply cannot be read");
                data.Add(connector, Reply(reply => reply.Contract = 9), "the agent speaks version 9 of the contract");
                data.Add(connector, Reply(reply => reply.Pid = 0), "the agent's reply is none: process id 0");
                data.Add(connector, Reply(reply => reply.Pid = uint.MaxValue), "the agent's reply is none: process id 4294967295");
                data.Add(connector, Reply(reply => reply.Version = ""), "the agent's reply is none");
                data.Add(connector, Reply(reply => reply.Version = "1\u001b[2J"), "the agent's reply is none: process id 1, version \"1\\x1b[2J\"");
                data.Add(connector, Reply(reply => reply.Version = new string('1', 65)), "the agent's reply is none");
                data.Add(connector, Reply(reply => reply.Socket = ByteString.CopyFromUtf8("/run/other.sock")), "the agent listens elsewhere than it was told: \"/run/other.sock\"");
            }

            return data;
        }
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Unexpected))]
    public async Task What_cannot_come_ends_it(string connector, string script)
    {
        var e = await FailsAsync(connector, script, Options());
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain("silent", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("within", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Endless))]
    public async Task What_never_ends_is_ended(string connector, string script)
    {
        var e = await FailsAsync(connector, script, Options() with { Limit = Short });

        // On a busy machine the limit may come before the login shell has begun: then it is said of the host.
        Assert.Contains("has not come to an end within 1 s", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Replies))]
    public async Task A_reply_that_cannot_be_is_told(string connector, string reply, string reason)
    {
        var e = await FailsAsync(connector, $"echo \"$m start /d\"; echo \"$m ready {reply}\"; cat >/dev/null", Options());
        Assert.StartsWith(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', e.Message);
    }

    private static SshConnectOptions Options() => new() { Agents = ScriptedAgent.Images };

    private static string Reply(Action<LaunchReply> change)
    {
        var reply = new LaunchReply { Contract = ContractVersion.Current, Pid = 1, Version = "0.1.0" };
        change(reply);
        return Convert.ToBase64String(reply.ToByteArray());
    }

    private Task<TunnelException> FailsAsync(string connector, string script, SshConnectOptions options)
    {
        host.Says(script);
        return Connect.FailsByAsync(connector, host.Server, options);
    }

    /// <summary>A host whose logins run what a test last gave.</summary>
    public sealed class Host : IAsyncLifetime
    {
        private readonly TemporaryDirectory _directory = new();

        public SshServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await SshServer.StartAsync(
            new SshServerOptions { Configuration = [$"ForceCommand exec sh {_directory["host"]}"] });

        public void Says(string script) => _directory.Write("host", Prologue + script + "\n", (UnixFileMode)0b111_101_101);

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            _directory.Dispose();
        }
    }
}
