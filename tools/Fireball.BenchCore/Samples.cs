using System.Diagnostics;

namespace Fireball.BenchCore;

/// <summary>Durations of one operation, microseconds. Not thread-safe.</summary>
internal sealed class Samples(string name)
{
    private readonly List<double> _microseconds = [];

    public string Name { get; } = name;

    public double Median => Percentile(50);

    public double P99 => Percentile(99);

    /// <summary>Runs the operation once and records how long it took.</summary>
    public async Task MeasureAsync(Func<Task> operation)
    {
        var start = Stopwatch.GetTimestamp();
        await operation();
        _microseconds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }

    /// <summary>
    /// Measures several operations in turn, round after round, so that what disturbs the machine disturbs all alike.
    /// The first rounds warm up and are dropped.
    /// </summary>
    public static async Task<Samples[]> InterleaveAsync(
        int rounds, int warmUp, params (string Name, Func<Task> Operation)[] contestants)
    {
        var all = contestants.Select(c => new Samples(c.Name)).ToArray();
        for (var round = 0; round < rounds + warmUp; round++)
        {
            if (round == warmUp)
            {
                foreach (var samples in all)
                {
                    samples._microseconds.Clear();
                }
            }

            for (var i = 0; i < contestants.Length; i++)
            {
                await all[i].MeasureAsync(contestants[i].Operation);
            }
        }

        return all;
    }

    private double Percentile(double percent)
    {
        var sorted = _microseconds.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, Math.Ceiling(sorted.Length * percent / 100) - 1)];
    }
}
