using System.Globalization;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>ssh's questions reach a prompter in this process, and fail at once where there is none.</summary>
public sealed class PromptTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _askPass;

    public PromptTests() => _askPass = _directory.Write(
        "askpass",
        $"#!/bin/sh\nexec '{Environment.ProcessPath}' '{Path.Combine(AppContext.BaseDirectory, "Fireball.Ssh.Tests.dll")}' \"$@\"\n",
        (UnixFileMode)0b111_000_000);

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("sshd", "ssh", "python3", "root")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_password_is_asked_for_and_a_wrong_one_asked_again(string connector)
    {
        await using var server = await PasswordServerAsync();
        var person = new Person("wrong", server.User.Password);
        await using var session = await Connect.ByAsync(connector, server, With(person));
        await Connect.EchoAsync(session);
        Assert.Equal([PromptKind.Secret, PromptKind.Secret], person.Asked.Select(p => p.Kind));
        Assert.Equal($"{server.User.Name}@127.0.0.1's password: ", person.Asked[0].Text);
    }

    [RequiresTheory("sshd", "ssh", "root")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_person_who_refuses_is_asked_once_and_the_question_is_named(string connector)
    {
        await using var server = await PasswordServerAsync();
        var person = new Person(null, server.User.Password);
        var e = await Connect.FailsByAsync(connector, server, With(person));
        Assert.Equal(ConnectPhase.Authenticate, e.Phase);
        Assert.Equal($"ssh's question was not answered: {server.User.Name}@127.0.0.1's password", e.Message);
        Assert.Single(person.Asked);
    }

    [RequiresTheory("sshd", "ssh", "root")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task Without_a_prompter_a_password_fails_at_once(string connector)
    {
        await using var server = await PasswordServerAsync();
        var e = await Connect.FailsByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        Assert.Equal(ConnectPhase.Authenticate, e.Phase);
        Assert.Contains(
            connector == Connectors.SshNet ? "(publickey,password)" : "Permission denied (publickey,password)", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task The_passphrase_of_a_key_is_asked_for(string connector)
    {
        await using var server = await SshServer.StartAsync();
        await Command.CheckAsync("ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", server.KeyPath);
        var person = new Person("open sesame");
        await using var session = await Connect.ByAsync(connector, server, With(person));
        await Connect.EchoAsync(session);
        Assert.Equal($"Enter passphrase for key '{server.KeyPath}': ", Assert.Single(person.Asked).Text);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_unknown_host_key_is_shown_and_kept_once_accepted(string connector)
    {
        await using var server = await SshServer.StartAsync();
        string known = _directory["known"];
        var person = new Person("yes");
        string[] arguments = ["-o", "UserKnownHostsFile=" + known, "-o", "StrictHostKeyChecking=ask"];
        await using (var session = await Connect.ByAsync(connector, server, With(person), arguments))
        {
            await Connect.EchoAsync(session);
        }

        var question = Assert.Single(person.Asked);
        Assert.Equal(PromptKind.Confirm, question.Kind);
        Assert.Contains("ED25519 key fingerprint is SHA256:", question.Text, StringComparison.Ordinal);
        Assert.Contains($"[127.0.0.1]:{server.Port}", await File.ReadAllTextAsync(known), StringComparison.Ordinal);

        await using var again = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Images }, arguments);
    }

    [RequiresTheory("sshd", "ssh")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_unknown_host_key_that_is_refused_ends_the_connect(string connector)
    {
        await using var server = await SshServer.StartAsync();
        var e = await Connect.FailsByAsync(
            connector, server, With(new Person("no")), "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=ask");
        Assert.Equal(ConnectPhase.Connect, e.Phase);
        Assert.StartsWith("Host key verification failed", e.Message, StringComparison.Ordinal);
    }

    [RequiresTheory("sshd", "ssh", "root")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task No_secret_is_in_an_argument_or_an_environment(string connector)
    {
        await using var server = await PasswordServerAsync();
        var person = new Person(server.User.Password);
        await using var session = await Connect.ByAsync(connector, server, With(person));
        string secret = session.Agent.Secret;
        int files = 0;
        foreach (string process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out _)))
        {
            foreach (string file in (string[])["cmdline", "environ"])
            {
                if (TryRead(Path.Combine(process, file)) is { } text)
                {
                    files++;
                    Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain(server.User.Password!, text, StringComparison.Ordinal);
                }
            }
        }

        Assert.True(files > 10);
        Assert.DoesNotContain(secret, server.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(secret, session.Agent.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<SshServer> PasswordServerAsync() => await SshServer.StartAsync(new SshServerOptions
    {
        Configuration = ["PasswordAuthentication yes", "AuthenticationMethods any"],
        ClientConfiguration = ["PubkeyAuthentication no"],
    });

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private SshConnectOptions With(IPrompter person) =>
        new() { Agents = ScriptedAgent.Images, Prompter = person, AskPassProgram = _askPass };

    private sealed class Person(params string?[] answers) : IPrompter
    {
        public List<Question> Asked { get; } = [];

        public ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken)
        {
            Asked.Add(prompt);
            return ValueTask.FromResult(answers[Asked.Count - 1]);
        }
    }
}
