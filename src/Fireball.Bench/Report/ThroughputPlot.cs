namespace Fireball.Bench;

/// <summary>Bytes a second against the size of a call.</summary>
internal static class ThroughputPlot
{
    /// <summary>The plots of a run: one for each work and concurrency that was measured with more than one size.</summary>
    public static IEnumerable<(string Caption, string Svg)> RenderAll(BenchResults results, SeriesStyle style) =>
        from one in results.Cases
        where one.Size is not null && one.Rate is null && one.Rounds.Count > 0
        group one by (one.Work, one.Concurrency) into plot
        where plot.Select(one => one.Size).Distinct().Count() > 1
        select ($"{plot.Key.Work}, {plot.Key.Concurrency} in flight", Render(plot.Key.Work, [.. plot], style));

    private static string Render(string work, CaseResult[] cases, SeriesStyle style)
    {
        var x = new Scale([.. cases.Select(one => (double)one.Size!)], LinePlot.Left + 8, LinePlot.Width - LinePlot.Right - 8, powersOf: 2);
        var y = new Scale([.. cases.Select(BytesPerSecond)], LinePlot.Height - LinePlot.Bottom, LinePlot.Top);
        var plot = new LinePlot($"Throughput of {work} against size");
        foreach (double mark in x.Marks)
        {
            plot.MarkX(x.At(mark), ByteSize.Format((long)mark));
        }

        foreach (double mark in y.Marks)
        {
            // Powers of ten read as powers of ten.
            plot.MarkY(y.At(mark), mark >= 1e9 ? $"{mark / 1e9:0.##} GB/s" : mark >= 1e6 ? $"{mark / 1e6:0.##} MB/s" : $"{mark / 1e3:0.##} kB/s");
        }

        foreach (var line in cases.GroupBy(one => one.Transport))
        {
            plot.Line(
                style.Class(line.Key),
                line.Key,
                [.. line.OrderBy(one => one.Size).Select(one => (x.At((double)one.Size!), y.At(BytesPerSecond(one))))],
                dots: true);
        }

        return plot.Render("bytes a call");
    }

    private static double BytesPerSecond(CaseResult one) =>
        (double)one.Size! * one.Rounds.Sum(round => round.Calls) / one.Rounds.Sum(round => round.Seconds);
}
