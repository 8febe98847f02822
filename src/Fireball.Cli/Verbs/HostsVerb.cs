using System.CommandLine;
using Fireball.Cli.CommandLine;
using Fireball.Cli.Terminal;
using Fireball.Controller;
using Fireball.Posix;
using Fireball.Serve.Client;
using Fireball.V1;
using Spectre.Console;

namespace Fireball.Cli.Verbs;

/// <summary>hosts: what is connected.</summary>
internal sealed class HostsVerb : Verb
{
    private readonly Option<bool> _json = new("--json") { Description = "Print a JSON array" };

    public HostsVerb()
        : base("hosts", "List the hosts that are kept connected") => Command.Add(_json);

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("fireball hosts", "a line for each host: state, agent, route, calls under way, time connected"),
    ];

    public override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostState> hosts = [];
        if (Background.Starter().TryConnect() is { } socket)
        {
            await using ServeClient client = await ServeClient.OpenAsync(socket, cancellationToken);
            ListHostsResponse response = await new V1.Controller.ControllerClient(client.Invoker)
                .ListHostsAsync(new ListHostsRequest(), cancellationToken: cancellationToken);
            hosts = response.Hosts;
        }

        if (result.GetValue(_json))
        {
            await WriteJsonAsync(hosts);
        }
        else if (LocalDescriptor.IsTerminal(1))
        {
            WriteTable(hosts);
        }
        else
        {
            await TextOutput.WriteAsync(string.Concat(hosts.Select(host => string.Join('\t', Cells(host)) + "\n")));
        }

        return ExitStatus.Success;
    }

    private static string[] Cells(HostState host) =>
    [
        host.Host.Destination,
        StateName(host.State),
        host.State == HostState.Types.State.Connected ? $"{host.AgentVersion}, pid {host.AgentPid}" : "",
        host.Route,
        $"{host.Calls}",
        TimeSpan.FromSeconds(host.ConnectedMs / 1000).ToString("c"),
        string.Join(' ', host.Host.SshArguments),
    ];

    private static string StateName(HostState.Types.State state) => state switch
    {
        HostState.Types.State.Connecting => "connecting",
        HostState.Types.State.Lost => "lost",
        _ => "connected",
    };

    private static void WriteTable(IReadOnlyList<HostState> hosts)
    {
        if (hosts.Count == 0)
        {
            AnsiConsole.WriteLine("No host is connected.");
            return;
        }

        var table = new Table().Border(TableBorder.None);
        table.AddColumns("HOST", "STATE", "AGENT", "ROUTE", "CALLS", "CONNECTED", "SSH OPTIONS");
        foreach (HostState host in hosts)
        {
            table.AddRow(Cells(host).Select(cell => Markup.Escape(Files.TerminalText.Escape(cell))).ToArray());
        }

        AnsiConsole.Write(table);
    }

    private static Task WriteJsonAsync(IReadOnlyList<HostState> hosts) => JsonOutput.WriteAsync(writer =>
    {
        writer.WriteStartArray();
        foreach (HostState host in hosts)
        {
            writer.WriteStartObject();
            writer.WriteString("host", host.Host.Destination);
            writer.WriteStartArray("ssh_arguments");
            foreach (string argument in host.Host.SshArguments)
            {
                writer.WriteStringValue(argument);
            }

            writer.WriteEndArray();
            writer.WriteString("state", StateName(host.State));
            writer.WriteString("agent_version", host.AgentVersion);
            writer.WriteNumber("agent_pid", host.AgentPid);
            writer.WriteString("route", host.Route);
            writer.WriteString("route_reason", host.RouteReason);
            writer.WriteString("transport", host.Transport);
            writer.WriteString("ssh", host.Host.Ssh.Length > 0 ? host.Host.Ssh : SshConnectors.OpenSshName);
            writer.WriteNumber("calls", host.Calls);
            writer.WriteNumber("connected_ms", host.ConnectedMs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
