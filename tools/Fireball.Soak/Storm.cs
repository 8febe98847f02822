using System.Globalization;
using System.Text;

namespace Fireball.Soak;

/// <summary>Commands at a bed, one after the other, each with its own name and input; what came of them.</summary>
internal sealed class Storm(Bed bed, string name, string[] options, Random random)
{
    /// <summary>144,000 in 4 hours by 4 of these: one every 400 ms.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    // Up to some chunks of a stream.
    private const int MaxInput = 300_000;

    private readonly HashSet<string> _done = [];
    private readonly HashSet<string> _failed = [];

    /// <summary>What must not be, one line each.</summary>
    public List<string> Faults { get; } = [];

    public int Done => _done.Count;

    public int Failed => _failed.Count;

    /// <summary>Runs them until it is cancelled.</summary>
    /// <param name="mayFail">Whether a command may fail, as it may when its host or its connection is killed.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(bool mayFail, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(Pace);
        for (int i = 0; await TickAsync(pace, stop); i++)
        {
            string token = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            byte[] input = new byte[random.Next(4) == 0 ? random.Next(MaxInput) : random.Next(200)];
            random.NextBytes(input);

            // Some last for a while, so that what goes wrong meets them.
            string seconds = random.Next(3) == 0 ? random.NextDouble().ToString("0.00", CultureInfo.InvariantCulture) : "0";
            Finished end = await bed.RunAsync(
                "exec", [.. options, "t", "--", "sh", "-c", "echo \"$1\" >>\"$2\" && sleep \"$3\" && cat", "sh", token, bed.Journal, seconds], input);
            if (end.Status == 0 && end.Output.AsSpan().SequenceEqual(input))
            {
                _done.Add(token);
            }
            else if (mayFail && (end.IsPlainFailure || end.WasEnded))
            {
                _failed.Add(token);
            }
            else
            {
                Add($"{token}: status {end.Status?.ToString(CultureInfo.InvariantCulture) ?? "none, it hung"}, {end.Output.Length} of {input.Length} bytes; {end.Error.Trim()}");
            }
        }
    }

    /// <summary>Holds the journal of what the host did against what was told: nothing lost, nothing twice.</summary>
    public void CheckJournal()
    {
        var times = File.ReadAllLines(bed.Journal, Encoding.ASCII)
            .Where(line => line.StartsWith(name + "-", StringComparison.Ordinal))
            .CountBy(line => line)
            .ToDictionary();
        Faults.AddRange(times.Where(pair => pair.Value > 1).Select(pair => $"{pair.Key} ran {pair.Value} times"));
        Faults.AddRange(_done.Where(token => !times.ContainsKey(token)).Select(token => $"{token} was told done and did not run"));
        Faults.AddRange(times.Keys.Where(token => !_done.Contains(token) && !_failed.Contains(token)).Select(token => $"{token} ran and was not told"));
    }

    // Told when it is found, too: a run is long.
    private void Add(string fault)
    {
        Faults.Add(fault);
        Console.WriteLine($"FAULT {fault}");
    }

    private static async Task<bool> TickAsync(PeriodicTimer pace, CancellationToken stop)
    {
        try
        {
            return await pace.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
