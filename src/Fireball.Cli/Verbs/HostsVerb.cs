using System.CommandLine;
using Fireball.Linux;
using Fireball.Programs;
using Fireball.Serve.Client;
using Fireball.V1;
using Spectre.Console;

namespace Fireball.Cli;

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
        List<HostState> hosts = [];
        if (Background.Starter().TryConnect() is { } socket)
        {
            await using ServeClient client = await ServeClient.OpenAsync(socket, cancellationToken);
            var controller = new V1.ControllerService.ControllerServiceClient(client.Invoker);
            var page = new ListHostsRequest();
            do
            {
                ListHostsResponse response = await controller.ListHostsAsync(page, cancellationToken: cancellationToken);
                hosts.AddRange(response.Hosts);
                page.PageToken = response.NextPageToken;
            }
            while (page.PageToken.Length > 0);
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
            await TextOutput.WriteAsync(string.Concat(hosts.Select(host => string.Join('\t', Cells(host).Select(TerminalText.Line)) + "\n")));
        }

        return ExitStatus.Success;
    }

    private static string[] Cells(HostState host) =>
    [
        host.Host.Destination,
        StateName(host.State),
        host.State == HostState.Types.State.Connected ? $"{host.AgentVersion}, pid {host.AgentPid}" : "",
        RouteName.Of(host.Route),
        $"{host.Calls}",
        TimeSpan.FromSeconds(host.ConnectedFor?.Seconds ?? 0).ToString("c"),
        string.Join(' ', host.Host.SshArguments),
    ];

    private static string StateName(HostState.Types.State state) => state switch
    {
        HostState.Types.State.Connecting => "connecting",
        HostState.Types.State.Lost => "lost",
        _ => "connected",
    };

    private static void WriteTable(List<HostState> hosts)
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
            table.AddRow(Cells(host).Select(cell => Markup.Escape(TerminalText.Escape(cell))).ToArray());
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
            writer.WriteString("route", RouteName.Of(host.Route));
            writer.WriteString("route_reason", host.RouteReason);
            writer.WriteString("transport", host.Transport);
            writer.WriteString("ssh", host.Host.Ssh.Length > 0 ? host.Host.Ssh : ConnectionNames.OpenSsh);
            writer.WriteNumber("calls", host.Calls);
            writer.WriteNumber("connected_ms", (long)(Durations.Read(host.ConnectedFor) ?? TimeSpan.Zero).TotalMilliseconds);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
