using System.Text;
using static System.Net.WebUtility;

namespace Fireball.Bench;

/// <summary>A plot of lines as SVG; both axes are given as marks with their places.</summary>
/// <param name="title">What it shows; read out by screen readers.</param>
internal sealed class LinePlot(string title)
{
    /// <summary>The size of the whole plot, and of its margins, in its own units.</summary>
    public const int Width = 420;

    public const int Height = 260;
    public const int Left = 62;
    public const int Right = 12;
    public const int Top = 10;
    public const int Bottom = 38;

    // Half of the longest label, "99.999 %".
    private const double LabelRoom = 24;

    private readonly StringBuilder _marks = new();
    private readonly StringBuilder _lines = new();

    /// <summary>A mark of the horizontal axis.</summary>
    public void MarkX(double x, string label)
    {
        // At the right end the middle of a label would push its end out of the picture.
        string anchor = x > Width - Right - LabelRoom ? "end" : "middle";
        double at = anchor == "end" ? Math.Min(x + LabelRoom, Width - 2) : x;
        _marks.Append(
            $"<line class=\"grid\" x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>"
            + $"<text x=\"{at:0.0}\" y=\"{Height - Bottom + 15}\" text-anchor=\"{anchor}\">{HtmlEncode(label)}</text>\n");
    }

    /// <summary>A mark of the vertical axis.</summary>
    public void MarkY(double y, string label) => _marks.Append(
        $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.0}\" y2=\"{y:0.0}\"/>"
        + $"<text x=\"{Left - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{HtmlEncode(label)}</text>\n");

    /// <summary>A line through these points.</summary>
    /// <param name="style">The transport's class.</param>
    /// <param name="name">The transport; shown under the pointer.</param>
    /// <param name="points">In order.</param>
    /// <param name="dots">Mark each point: they are few.</param>
    public void Line(string style, string name, IReadOnlyList<(double X, double Y)> points, bool dots)
    {
        string path = string.Join(' ', points.Select((point, i) => $"{(i == 0 ? 'M' : 'L')}{point.X:0.0} {point.Y:0.0}"));
        _lines.Append($"<path class=\"{style} line\" d=\"{path}\"><title>{HtmlEncode(name)}</title></path>\n");
        foreach ((double x, double y) in dots ? points : [])
        {
            _lines.Append($"<circle class=\"{style} dot\" cx=\"{x:0.0}\" cy=\"{y:0.0}\" r=\"3.5\"><title>{HtmlEncode(name)}</title></circle>\n");
        }
    }

    /// <summary>The SVG element.</summary>
    /// <param name="xTitle">What the horizontal axis means.</param>
    public string Render(string xTitle) =>
        $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlEncode(title)}\">\n{_marks}{_lines}"
        + $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 5}\" text-anchor=\"middle\">{HtmlEncode(xTitle)}</text></svg>";
}
