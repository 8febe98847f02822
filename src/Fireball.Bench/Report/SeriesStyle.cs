namespace Fireball.Bench;

/// <summary>Which colour and dashes a transport has: the same in every plot of a report.</summary>
internal sealed class SeriesStyle
{
    // As many as plot.css has; further transports begin again.
    private const int Styles = 8;

    private readonly List<string> _names;

    /// <summary>For all transports of a run.</summary>
    public SeriesStyle(BenchResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        _names = [.. results.Cases.Select(one => one.Transport).Distinct(StringComparer.Ordinal).OrderBy(name => name == TransportList.Floor)];
    }

    /// <summary>The transports, the floor last.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The class of a transport.</summary>
    public string Class(string transport) => transport == TransportList.Floor ? "kf" : $"k{_names.IndexOf(transport) % Styles}";
}
