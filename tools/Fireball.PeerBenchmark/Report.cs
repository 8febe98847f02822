namespace Fireball.PeerBenchmark;

/// <summary>Prints figures and ratios, and whether each met its goal.</summary>
internal sealed class Report
{
    private readonly List<string> _goals = [];

    public static void Section(string title) => Console.WriteLine($"\n{title}");

    public static void Figure(string name, string value) => Console.WriteLine($"  {name,-66} {value}");

    /// <summary>A ratio that should be at most <paramref name="limit"/>.</summary>
    public void AtMost(string name, double value, double limit, string unit = "x") =>
        Goal(name, value, limit, unit, value <= limit, "at most");

    /// <summary>A ratio that should be at least <paramref name="limit"/>.</summary>
    public void AtLeast(string name, double value, double limit, string unit = "x") =>
        Goal(name, value, limit, unit, value >= limit, "at least");

    /// <summary>Prints all goals together; true where all were met.</summary>
    public bool Summarise()
    {
        Section("Goals");
        foreach (var line in _goals)
        {
            Console.WriteLine(line);
        }

        return _goals.TrueForAll(line => line.Contains("  met ", StringComparison.Ordinal));
    }

    private void Goal(string name, double value, double limit, string unit, bool met, string relation)
    {
        var line = $"  {(met ? "met " : "SHORT")} {name,-60} {value,8:0.00} {unit}  ({relation} {limit:0.##} {unit})";
        Console.WriteLine(line);
        _goals.Add(line);
    }
}
