using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fireball.Linux;
using Fireball.Programs;
using Fireball.V1;

namespace Fireball.Cli;

/// <summary>ping: how a host is reached, and how fast.</summary>
internal sealed class PingVerb : Verb
{
    private const int DefaultCount = 10;

    private readonly Argument<string> _host = new("HOST") { Description = "As ssh takes it" };

    private readonly Option<int> _count = new("--count", "-c")
    {
        Description = "Round trips to make (default: 10)",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultCount,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    private readonly ConnectionOptions _connection;

    public PingVerb()
        : base("ping", "Show how a host is reached, and how fast")
    {
        Command.Add(_host);
        Command.Add(_count);
        Command.Add(_json);
        _connection = new ConnectionOptions().AddTo(Command);
    }

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("fireball ping web1", "round-trip times, the agent's version and process, forward or bridge"),
        ("fireball ping -- \"$host\"", InScripts),
    ];

    public override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        HostChoice choice = _connection.Read(result, result.GetRequiredValue(_host));
        int count = result.GetValue(_count);
        if (count < 1)
        {
            throw new UsageException($"--count {count}: at least 1");
        }

        using var interruption = new Interruption();
        try
        {
            await using ReachedHost reached = await ReachedHost.ConnectAsync(choice, interruption.Token);
            var times = new List<TimeSpan>();
            PingResponse answer = await reached.Host.PingAsync(interruption.Token);
            for (int i = 0; i < count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                answer = await reached.Host.PingAsync(interruption.Token);
                times.Add(Stopwatch.GetElapsedTime(start));
            }

            await ReportAsync(choice, reached, answer, times, result.GetValue(_json));
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            return interruption.ExitStatus;
        }
    }

    private static async Task ReportAsync(
        HostChoice choice, ReachedHost reached, PingResponse answer, List<TimeSpan> times, bool json)
    {
        double min = times.Min().TotalMilliseconds;
        double max = times.Max().TotalMilliseconds;
        double average = times.Average(time => time.TotalMilliseconds);
        if (json)
        {
            await JsonOutput.WriteAsync(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("host", choice.Destination);
                writer.WriteNumber("round_trips", times.Count);
                writer.WriteNumber("min_ms", Math.Round(min, 3));
                writer.WriteNumber("avg_ms", Math.Round(average, 3));
                writer.WriteNumber("max_ms", Math.Round(max, 3));
                writer.WriteString("agent_version", answer.Version);
                writer.WriteNumber("agent_pid", answer.Pid);
                writer.WriteNumber("agent_uptime_ms", (long)Uptime(answer).TotalMilliseconds);
                writer.WriteNumber("agent_rss_kib", answer.RssKib);
                writer.WriteNumber("running", answer.Running);
                writer.WriteString("route", reached.Route);
                writer.WriteString("route_reason", reached.RouteReason);
                writer.WriteString("transport", choice.Transport);
                writer.WriteString("ssh", choice.Ssh);
                writer.WriteBoolean("uploaded", reached.Uploaded);
                writer.WriteEndObject();
            });
            return;
        }

        string why = reached.RouteReason.Length > 0 ? $" ({TerminalText.Escape(reached.RouteReason)})" : "";
        string uptime = Uptime(answer).ToString("c", CultureInfo.InvariantCulture).Split('.')[0];
        await TextOutput.WriteAsync(
            $"""
            {choice.Destination}: {times.Count} round trips, min/avg/max {min:0.00}/{average:0.00}/{max:0.00} ms
              agent      {TerminalText.Escape(answer.Version)}, pid {answer.Pid}, up {uptime}, {answer.RssKib / 1024.0:0.0} MiB, {answer.Running} running
              route      {reached.Route}{why}
              transport  {choice.Transport}
              ssh        {choice.Ssh}

            """);
    }

    private static TimeSpan Uptime(PingResponse answer) => Durations.Read(answer.Uptime) ?? TimeSpan.Zero;
}
