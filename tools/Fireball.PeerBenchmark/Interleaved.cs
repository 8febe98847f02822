namespace Fireball.PeerBenchmark;

/// <summary>Measurements in turn, round after round, so that what disturbs the machine disturbs all alike.</summary>
internal static class Interleaved
{
    /// <summary>As many as it takes a just-in-time compiler to be done.</summary>
    private const int WarmUp = 3;

    /// <summary>The median of each measurement's rounds, in the order given.</summary>
    public static async Task<double[]> MediansAsync(int rounds, IReadOnlyList<Func<Task<double>>> measurements)
    {
        var figures = measurements.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < WarmUp + rounds; round++)
        {
            for (var i = 0; i < measurements.Count; i++)
            {
                var figure = await measurements[i]();
                if (round >= WarmUp)
                {
                    figures[i].Add(figure);
                }
            }
        }

        return [.. figures.Select(Median)];
    }

    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
