using System.Text;
using static System.Net.WebUtility;

namespace Fireball.Bench;

/// <summary>What a call costs by each transport: bars from zero.</summary>
internal static class CostBars
{
    /// <summary>The width of the whole, in its own units.</summary>
    public const int Width = LinePlot.Width;

    // "command".
    private const int NameWidth = 60;

    // Beside the longest bar: "12.3 ms, 1.23 x".
    private const int ValueWidth = 118;
    private const int RowHeight = 22;
    private const int BarHeight = 14;

    /// <summary>The height of a case's bars.</summary>
    public static int Height(CaseGroup group) => Measured(group).Length * RowHeight;

    /// <summary>One plot for a case.</summary>
    public static string Render(CaseGroup group, SeriesStyle style) =>
        $"<svg viewBox=\"0 0 {Width} {Height(group)}\" role=\"img\" aria-label=\"{HtmlEncode($"Cost of a call of {group.Key}")}\">\n{Bars(group, style)}</svg>";

    /// <summary>What is in it, for a larger picture.</summary>
    public static string Bars(CaseGroup group, SeriesStyle style)
    {
        CaseResult[] all = Measured(group);
        double longest = all.Max(Cost);
        var svg = new StringBuilder();
        for (int i = 0; i < all.Length; i++)
        {
            double length = Math.Max(1, Cost(all[i]) / longest * (Width - NameWidth - ValueWidth));
            int middle = (i * RowHeight) + (RowHeight / 2) + 4;
            string ratio = group.ToReference(all[i]) is { } to ? $", {Figures.Ratio(to.Ratio)} x" : "";
            svg.Append($"<text x=\"0\" y=\"{middle}\">{HtmlEncode(all[i].Transport)}</text>")
                .Append($"<rect class=\"{style.Class(all[i].Transport)} bar\" x=\"{NameWidth}\" y=\"{(i * RowHeight) + 4}\" width=\"{length:0.0}\" height=\"{BarHeight}\" rx=\"2\"/>")
                .Append($"<text class=\"value\" x=\"{NameWidth + length + 6:0.0}\" y=\"{middle}\">{Figures.Time(Cost(all[i]) * 1e9)}{ratio}</text>\n");
        }

        return svg.ToString();
    }

    private static CaseResult[] Measured(CaseGroup group) => [.. group.Results.Where(one => one.Rounds.Count > 0)];

    private static double Cost(CaseResult one) => new SortedValues(one.Costs()).Median;
}
