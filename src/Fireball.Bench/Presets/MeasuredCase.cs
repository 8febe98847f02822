namespace Fireball.Bench;

/// <summary>Which case of which transport a goal's figure is of.</summary>
/// <param name="Transport">The transport.</param>
/// <param name="Kind">The work.</param>
/// <param name="Size">Bytes a call moves; null: the work has no size.</param>
/// <param name="Concurrency">Calls in flight.</param>
/// <param name="RttMs">Time added to each round trip.</param>
internal sealed record MeasuredCase(ITransport Transport, WorkKind Kind, long? Size = null, int Concurrency = 1, double RttMs = 0)
{
    /// <summary>The case in a run's results.</summary>
    /// <exception cref="NotMeasuredException">It is not there, or not whole; with its own reason.</exception>
    public CaseResult In(BenchResults results)
    {
        var key = new CaseKey(Kind.Name, Size, Concurrency, null);
        CaseResult one = results.Cases.FirstOrDefault(
                one => one.Transport == Transport.Name && one.Key with { RttMs = null } == key && (one.RttMs ?? results.Settings.RttMs) == RttMs)
            ?? throw new NotMeasuredException($"{Transport.Name}, {key}: {results.Reason ?? "not measured"}");
        return one.Problem is null && one.Rounds.Count > 0
            ? one
            : throw new NotMeasuredException($"{Transport.Name}, {key}: {one.Problem ?? "no round"}");
    }
}
