using System.CommandLine;
using Fireball.Programs;
using Fireball.Serve.Client;
using Grpc.Core;

namespace Fireball.Cli;

/// <summary>down: lets an agent leave.</summary>
internal sealed class DownVerb : Verb
{
    private readonly Argument<string> _host = new("HOST") { Description = "As ssh takes it, and as it was given before" };

    private readonly Option<bool> _keep = new("--keep")
    {
        Description = "Leave the agent's executable there, so that the next use need not send it",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    private readonly ConnectionOptions _connection;

    public DownVerb()
        : base("down", "Let a host's agent leave: no process, socket or file of ours remains")
    {
        Command.Add(_host);
        Command.Add(_keep);
        Command.Add(_json);
        _connection = new ConnectionOptions().AddTo(Command);
    }

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("fireball down web1", "kill what still runs, remove everything, close the connection"),
        ("fireball down --keep web1", "the same, but the executable stays for the next time"),
        ("fireball down -- \"$host\"", InScripts),
    ];

    public override string Notes =>
        """
        A host that is not connected is connected first, so that an executable left there is removed too.
        """;

    public override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        HostChoice choice = _connection.Read(result, result.GetRequiredValue(_host));
        bool keep = result.GetValue(_keep);
        using var interruption = new Interruption();
        try
        {
            await using ServedLink link = HostOpener.OpenServed(choice);
            await link.ConnectHostAsync(interruption.Token);
            uint killed = await link.DisconnectHostAsync(removeExecutable: !keep, interruption.Token);
            await ReportAsync(choice, killed, keep, result.GetValue(_json));
            return ExitStatus.Success;
        }
        catch (RpcException failure)
        {
            Report.Failure($"{choice.Destination}: down: {failure.Status.Detail}; the agent leaves by itself within a minute");
            return ExitStatus.Failure;
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            return interruption.ExitStatus;
        }
    }

    private static async Task ReportAsync(HostChoice choice, uint killed, bool keep, bool json)
    {
        if (json)
        {
            await JsonOutput.WriteAsync(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("host", choice.Destination);
                writer.WriteNumber("killed", killed);
                writer.WriteBoolean("executable_removed", !keep);
                writer.WriteEndObject();
            });
            return;
        }

        if (!choice.Quiet)
        {
            string what = killed switch
            {
                0 => "nothing was running",
                1 => "1 command that still ran was killed",
                _ => $"{killed} commands that still ran were killed",
            };
            await TextOutput.WriteAsync($"{choice.Destination}: the agent has left; {what}\n");
        }
    }
}
