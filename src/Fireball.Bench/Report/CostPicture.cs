using System.Text;
using static System.Net.WebUtility;

namespace Fireball.Bench;

/// <summary>
/// What a call costs by each transport, as one picture for a README or a slide: an SVG file that needs nothing else, light or
/// dark as the reader's system is, on a ground of its own.
/// </summary>
internal static class CostPicture
{
    private const int Columns = 2;
    private const int Margin = 24;
    private const int Width = (Columns * CostBars.Width) + ((Columns + 1) * Margin);

    // Title, and a line that says where it was measured.
    private const int HeadHeight = 62;

    // A panel's title, and the room below its bars.
    private const int CaptionHeight = 20;
    private const int Gap = 18;

    // A line that says how to read it.
    private const int FootHeight = 34;

    private const string Style =
        ".paper { fill: var(--paper); } svg text.title { fill: var(--ink); font-size: 17px; font-weight: 600; } "
        + "svg text.caption { fill: var(--ink); font-weight: 600; font-size: 12px; }\n";

    /// <summary>The whole document. Of each work it shows the smallest size with the fewest calls in flight.</summary>
    public static string Render(BenchResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var style = new SeriesStyle(results);
        CaseGroup[] groups = [.. Chosen(results)];
        var panels = new StringBuilder();
        int y = HeadHeight;
        foreach (CaseGroup[] row in groups.Chunk(Columns))
        {
            for (int column = 0; column < row.Length; column++)
            {
                panels.Append($"<g transform=\"translate({Margin + (column * (CostBars.Width + Margin))} {y})\">\n")
                    .Append($"<text class=\"caption\" x=\"0\" y=\"13\">{HtmlEncode(Caption(row[column].Key))}</text>\n")
                    .Append($"<g transform=\"translate(0 {CaptionHeight})\">\n{CostBars.Bars(row[column], style)}</g>\n</g>\n");
            }

            y += CaptionHeight + row.Max(CostBars.Height) + Gap;
        }

        int height = y + FootHeight;
        MachineState machine = results.Machine;
        string where = $"{results.Host}, {results.Created:yyyy-MM-dd}: {machine.Cores} x {machine.Processor}, Linux {machine.Kernel}, {machine.SshClient}, {machine.Cipher}, load {machine.LoadBefore:0.00}";
        string how = groups.Length == 0
            ? "Nothing was measured."
            : "Time of a round divided by its calls, median of the rounds. x: beside the floor, or beside the first where there is none.";
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"What a call costs by each transport\">\n"
            + $"<style>\n{StyleSheet.Plot}{Style}</style>\n"
            + $"<rect class=\"paper\" width=\"{Width}\" height=\"{height}\" rx=\"8\"/>\n"
            + $"<text class=\"title\" x=\"{Margin}\" y=\"30\">What a call costs</text>\n"
            + $"<text x=\"{Margin}\" y=\"48\">{HtmlEncode(where)}</text>\n"
            + panels
            + $"<text x=\"{Margin}\" y=\"{height - 16}\">{HtmlEncode(how)}</text>\n</svg>\n";
    }

    private static IEnumerable<CaseGroup> Chosen(BenchResults results) =>
        from one in CaseGroup.Of(results)
        let carriers = new CaseGroup(one.Key, [.. one.Results.Where(result => !OnlyCopies(result.Transport))])
        where one.Key.Rate is null && one.Key.RttMs is null && carriers.Reference is not null
        group carriers by one.Key.Work into work
        select work.OrderBy(one => one.Key.Concurrency).ThenBy(one => one.Key.Size).First();

    // What takes no part in most works.
    private static bool OnlyCopies(string transport) =>
        TransportList.All.Any(one => one.Name == transport && !one.Works.Contains(WorkKinds.Exec));

    private static string Caption(CaseKey key)
    {
        string what = WorkKinds.All.FirstOrDefault(kind => kind.Name == key.Work)?.Description ?? "";
        string size = key.Size is { } bytes ? what.Replace("SIZE", ByteSize.Format(bytes), StringComparison.Ordinal) : what;
        string load = key.Concurrency == 1 ? "" : $", {key.Load}";
        return $"{key.Work}: {size.Split(", ")[0]}{load}";
    }
}
