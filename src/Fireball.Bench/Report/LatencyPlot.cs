namespace Fireball.Bench;

/// <summary>Latency by percentile, the rare ones as wide as the many: each mark is a tenth of the one before.</summary>
internal static class LatencyPlot
{
    // Steps of a line between two marks: it looks smooth.
    private const int StepsPerMark = 12;

    private static readonly string[] MarkNames = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"];

    /// <summary>One plot for a case.</summary>
    public static string Render(CaseGroup group, SeriesStyle style)
    {
        (CaseResult Result, LatencyHistogram Latency)[] all =
            [.. group.Results.Where(one => one.Rounds.Count > 0).Select(one => (one, one.MergedLatency()))];
        var values = all.SelectMany(one => (double[])[Math.Max(1, one.Latency.Min), Math.Max(1, one.Latency.Max)]).ToList();
        var y = new Scale(values, LinePlot.Height - LinePlot.Bottom, LinePlot.Top);

        // So far right as the largest count has percentiles to show.
        double last = Math.Clamp(all.Max(one => Math.Log10(one.Latency.Count)), 1, MarkNames.Length - 1);
        double X(double nines) => LinePlot.Left + (nines / last * (LinePlot.Width - LinePlot.Left - LinePlot.Right));
        var plot = new LinePlot($"Latency by percentile of {group.Key}");
        for (int mark = 0; mark <= last; mark++)
        {
            plot.MarkX(X(mark), MarkNames[mark]);
        }

        foreach (double mark in y.Marks)
        {
            plot.MarkY(y.At(mark), Figures.Time(mark));
        }

        foreach ((CaseResult result, LatencyHistogram latency) in all)
        {
            var points = new List<(double, double)>();
            double end = Math.Min(last, Math.Log10(latency.Count));
            for (double nines = 0; nines < end; nines += 1.0 / StepsPerMark)
            {
                points.Add((X(nines), y.At(Math.Max(1, latency.Percentile(100 - (100 / Math.Pow(10, nines)))))));
            }

            points.Add((X(end), y.At(Math.Max(1, latency.Max))));
            plot.Line(style.Class(result.Transport), result.Transport, points, dots: points.Count == 1);
        }

        return plot.Render("share of the calls that took at most so long");
    }
}
