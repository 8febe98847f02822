using System.Globalization;
using System.Text;
using Fireball.Linux;
using static System.Net.WebUtility;

namespace Fireball.Bench;

/// <summary>A preset's goals, and what came of them.</summary>
internal static class GoalReport
{
    /// <summary>Writes them, a line each.</summary>
    public static void Write(TextWriter output, IReadOnlyList<GoalResult> goals)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(goals);
        output.WriteLine($"goals: {Summary(goals)}");
        int name = goals.Max(goal => goal.Name.Length);
        int value = goals.Max(goal => Value(goal).Length);
        foreach (GoalResult goal in goals)
        {
            string line = $"  {State(goal),-5}  {goal.Name.PadRight(name)}  {Value(goal).PadLeft(value)}  ({Limit(goal)}){Problem(goal)}";
            output.WriteLine(TerminalText.Escape(line));
        }
    }

    /// <summary>The same as a section of a page.</summary>
    public static string Html(IReadOnlyList<GoalResult> goals)
    {
        ArgumentNullException.ThrowIfNull(goals);
        var html = new StringBuilder($"<section id=\"goals\">\n<h2>Goals</h2>\n<p class=\"dim\">{HtmlEncode(Summary(goals))}</p>\n")
            .Append("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\"></th><th scope=\"col\">measured</th>")
            .Append("<th scope=\"col\">goal</th><th scope=\"col\"></th></tr></thead>\n<tbody>\n");
        foreach (GoalResult goal in goals)
        {
            html.Append($"<tr><td>{HtmlEncode(goal.Name)}</td><td>{HtmlEncode(Value(goal))}</td><td>{HtmlEncode(Limit(goal))}</td>")
                .Append($"<td class=\"{(goal.State == GoalState.Met ? "met" : "remark")}\">{HtmlEncode(State(goal) + Problem(goal))}</td></tr>\n");
        }

        return html.Append("</tbody></table></div>\n</section>\n").ToString();
    }

    private static string Summary(IReadOnlyList<GoalResult> goals)
    {
        int missing = goals.Count(goal => goal.State == GoalState.NotMeasured);
        return $"{goals.Count(goal => goal.State == GoalState.Met)} of {goals.Count} met" + (missing > 0 ? $", {missing} not measured" : "");
    }

    private static string State(GoalResult goal) => goal.State switch
    {
        GoalState.Met => "met",
        GoalState.Short => "SHORT",
        _ => "?",
    };

    private static string Value(GoalResult goal) => goal.Value is { } value ? $"{Figures.Ratio(value)}{Unit(goal)}" : "";

    private static string Limit(GoalResult goal) =>
        string.Create(CultureInfo.InvariantCulture, $"{(goal.Relation == GoalRelation.AtMost ? "at most" : "at least")} {goal.Limit:#,0.##}{Unit(goal)}");

    private static string Unit(GoalResult goal) => goal.Unit.Length == 0 ? "" : " " + goal.Unit;

    private static string Problem(GoalResult goal) => goal.Problem is { } problem ? $" not measured: {problem}" : "";
}
