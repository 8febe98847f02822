using System.Text;
using static System.Net.WebUtility;

namespace Fireball.Bench;

/// <summary>Results as one HTML file that needs nothing else: no script, no picture, no font from anywhere.</summary>
internal static class HtmlReport
{
    /// <summary>The whole document.</summary>
    public static string Render(BenchResults results)
    {
        var style = new SeriesStyle(results);
        IReadOnlyList<CaseGroup> groups = CaseGroup.Of(results);
        CaseGroup[] measured = [.. groups.Where(group => group.Reference is not null)];
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<link rel=\"icon\" href=\"data:,\">\n")
            .Append($"<title>fireball bench {HtmlEncode(results.Host)}</title>\n<style>\n{StyleSheet.Plot}{StyleSheet.Page}</style>\n</head>\n<body>\n")
            .Append($"<h1>Transports to {HtmlEncode(results.Host)}</h1>\n");
        foreach (string line in TableReport.Heading(results))
        {
            bool warning = line.Length > 3 && char.IsAsciiLetterUpper(line[1]);
            html.Append($"<p class=\"{(warning ? "warn" : "dim")}\">{HtmlEncode(line)}</p>\n");
        }

        if (results.Goals is { } goals)
        {
            html.Append(GoalReport.Html(goals));
        }

        html.Append("<ul class=\"legend\">");
        foreach (string name in style.Names)
        {
            html.Append("<li><svg viewBox=\"0 0 30 10\" aria-hidden=\"true\">")
                .Append($"<path class=\"{style.Class(name)} line\" d=\"M1 5 L29 5\"/></svg>{HtmlEncode(name)}</li>");
        }

        html.Append("</ul>\n");
        Section(
            html, "cost", "Cost of a call", "Time of a round divided by its calls, median of the rounds; at a given rate the median latency. x: beside the floor, or the first where there is none.",
            measured.Select(group => (group.Key.ToString(), CostBars.Render(group, style))));
        Section(
            html, "throughput", "Throughput against size", "Both axes are logarithmic.", ThroughputPlot.RenderAll(results, style));
        Section(
            html, "latency", "Latency by percentile", "All rounds together. At a given rate latencies count from the intended start.",
            measured.Select(group => (group.Key.ToString(), LatencyPlot.Render(group, style))));
        html.Append("<section id=\"figures\">\n<h2>Figures</h2>\n");
        Table(html, groups, results.Settings, TableReport.IsFar(results));
        foreach (string note in TableReport.Notes(results))
        {
            html.Append($"<p class=\"dim\">{HtmlEncode(note)}</p>\n");
        }

        return html.Append("</section>\n</body>\n</html>\n").ToString();
    }

    private static void Section(
        StringBuilder html, string id, string title, string explanation, IEnumerable<(string Caption, string Svg)> plots)
    {
        (string Caption, string Svg)[] all = [.. plots];
        if (all.Length == 0)
        {
            return;
        }

        html.Append($"<section id=\"{id}\">\n<h2>{title}</h2>\n<p class=\"dim\">{HtmlEncode(explanation)}</p>\n<div class=\"plots\">\n");
        foreach ((string caption, string svg) in all)
        {
            html.Append($"<figure><figcaption>{HtmlEncode(caption)}</figcaption>\n{svg}\n</figure>\n");
        }

        html.Append("</div>\n</section>\n");
    }

    private static void Table(StringBuilder html, IReadOnlyList<CaseGroup> groups, RunSettings settings, bool isFar)
    {
        string[] far = isFar ? ["round trips"] : [];
        string[] header =
            ["", "calls", "rate", "p50", "p90", "p99", "p99.9", "max", .. far, "CPU a call", "allocated a call", "agent CPU", "agent RSS", "wire a call", "ratio", ""];
        html.Append("<div class=\"wide\"><table>\n<thead><tr>")
            .AppendJoin("", header.Select(name => $"<th scope=\"col\">{name}</th>"))
            .Append("</tr></thead>\n<tbody>\n");
        foreach (CaseGroup group in groups)
        {
            html.Append($"<tr><th colspan=\"{header.Length}\" scope=\"rowgroup\">{HtmlEncode(group.Key.ToString())}</th></tr>\n");
            foreach (CaseResult one in group.Results)
            {
                html.Append("<tr>").AppendJoin("", Cells(group, one, settings, isFar, header.Length - 2).Select(cell => $"<td>{HtmlEncode(cell)}</td>"))
                    .Append($"<td class=\"remark\">{HtmlEncode(TableReport.Remark(one))}</td></tr>\n");
            }
        }

        html.Append("</tbody></table></div>\n");
    }

    private static IEnumerable<string> Cells(CaseGroup group, CaseResult one, RunSettings settings, bool isFar, int figures)
    {
        if (one.Rounds.Count == 0)
        {
            return [one.Transport, .. Enumerable.Repeat("", figures)];
        }

        LatencyHistogram latency = one.MergedLatency();
        double calls = latency.Count;
        string[] far = isFar ? [TableReport.RoundTrips(one, latency, settings)] : [];
        return
        [
            one.Transport,
            $"{calls:#,0}",
            Figures.Rate(calls / one.Rounds.Sum(round => round.Seconds)),
            .. new[] { 50, 90, 99, 99.9, 100 }.Select(percent => Figures.Time(latency.Percentile(percent))),
            .. far,
            Figures.Time(one.Rounds.Sum(round => round.ControllerCpuSeconds) / calls * 1e9),
            Figures.Bytes(one.Rounds.Sum(round => round.AllocatedBytes) / calls),
            TableReport.AgentCpu(one),
            TableReport.AgentRss(one),
            TableReport.Wire(one),
            TableReport.Ratio(group, one),
        ];
    }
}
