using Fireball.Controller;
using Fireball.Serve.Client;
using Fireball.V1;

namespace Fireball.Cli;

/// <summary>Ways to a host: by the background process, or with an ssh of this process's own.</summary>
internal static class HostOpener
{
    /// <summary>Nothing is connected before the first call.</summary>
    public static FireballHost Open(HostChoice choice) => FireballHost.FromLink(
        choice.IsAlone ? OpenOwn(choice) : OpenServed(choice), choice.Destination);

    /// <summary>The link by way of the background process.</summary>
    public static ServedLink OpenServed(HostChoice choice) => new(
        Background.Starter(), Spec(choice), TerminalPrompter.IfThereIsATerminal, Progress(choice));

    /// <summary>The link with an ssh of this process's own.</summary>
    public static HostLink OpenOwn(HostChoice choice) => new(
        choice.Destination,
        new FireballOptions
        {
            SshArguments = choice.SshArguments,
            Prompter = TerminalPrompter.IfThereIsATerminal(),
            AskPassProgram = Environment.ProcessPath,
            Progress = Progress(choice),
        });

    public static HostSpec Spec(HostChoice choice)
    {
        var spec = new HostSpec
        {
            Destination = choice.Destination,
            Persist = Durations.Of(choice.Persist),
            Transport = choice.Transport,
            Ssh = choice.Ssh,

            // Of the login session that this command runs in; the background process may be another's.
            SshAuthSock = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") ?? "",
        };
        spec.SshArguments.AddRange(choice.SshArguments);
        return spec;
    }

    private static ConnectProgress? Progress(HostChoice choice) => choice.Quiet ? null : new ConnectProgress(choice.Verbose);
}
