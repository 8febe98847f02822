using System.Diagnostics;
using System.Globalization;

namespace Fireball.Soak;

/// <summary>
/// Two beds at a time. On the quiet one nothing is killed: no command may fail, and memory, descriptors and threads stay as they
/// are. On the other something goes wrong every few seconds: each command is done once and told so, or fails in one line.
/// </summary>
internal static class SoakRun
{
    /// <summary>What an agent whose owner is gone stays at most, its lease of 60 s, and some.</summary>
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(100);

    private static readonly string[] Grpc = ["--transport", "grpc"];

    /// <summary>Runs for so long, and prints what came of it.</summary>
    /// <param name="time">How long commands run.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="artifacts">The directory with the built programs.</param>
    /// <returns>The exit status: 0 where nothing was found.</returns>
    public static async Task<int> RunAsync(TimeSpan time, int seed, string artifacts)
    {
        string program = Path.Combine(artifacts, "fireball");
        await using Bed quiet = await Bed.StartAsync("quiet", program);
        await using Bed wild = await Bed.StartAsync("wild", program);
        Storm[] storms =
        [
            new(quiet, "quiet", [], new Random(seed)),
            new(quiet, "quietgrpc", Grpc, new Random(seed + 1)),
            new(wild, "wild", [], new Random(seed + 2)),
            new(wild, "wildgrpc", Grpc, new Random(seed + 3)),
        ];
        var faults = new FaultMaker(wild, new Random(seed + 4));
        var meter = new Meter(quiet);
        using var over = new CancellationTokenSource(time);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {time.TotalMinutes:0.#} minutes"));
        await Task.WhenAll(
            [.. storms.Select((storm, i) => storm.RunAsync(mayFail: i >= 2, over.Token)), faults.RunAsync(over.Token), meter.RunAsync(over.Token), TellAsync(storms, over.Token)]);

        List<string> found = [.. faults.Faults, .. await EndAsync(quiet, "quiet"), .. await EndAsync(wild, "wild")];
        foreach (Storm storm in storms)
        {
            storm.CheckJournal();
            found.AddRange(storm.Faults);
        }

        found.AddRange(meter.All.Select(series => series.Fault()).OfType<string>());
        Report(storms, faults, meter, found);
        return found.Count == 0 ? 0 : 1;
    }

    // All hosts are let go of; what is left then is a fault.
    private static async Task<List<string>> EndAsync(Bed bed, string name)
    {
        await bed.RunAsync("stop", []);
        long start = Stopwatch.GetTimestamp();
        List<string> left;
        while ((left = [.. bed.Leftovers()]).Count > 0 && Stopwatch.GetElapsedTime(start) < LeaveTime)
        {
            // An agent on its lease tells no process here when it leaves: it is looked at again.
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        return [.. left.Select(one => $"left of the {name} host: {one}")];
    }

    private static async Task TellAsync(Storm[] storms, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{storms.Sum(storm => storm.Done)} commands done, {storms.Sum(storm => storm.Failed)} failed as they may, {storms.Sum(storm => storm.Faults.Count)} faults"));
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private static void Report(Storm[] storms, FaultMaker faults, Meter meter, List<string> found)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"quiet host: {storms[0].Done} commands by zmq and {storms[1].Done} by grpc done, {storms[0].Failed + storms[1].Failed} failed"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"other host: {storms[2].Done} and {storms[3].Done} done, {storms[2].Failed} and {storms[3].Failed} failed in one line, while:"));
        foreach ((string name, int times) in faults.Made)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times,6} x {name}"));
        }

        Console.WriteLine();
        foreach (Series series in meter.All)
        {
            Console.WriteLine(series.Picture());
        }

        Console.WriteLine();
        foreach (string one in found)
        {
            Console.WriteLine("FAULT " + one);
        }

        Console.WriteLine(found.Count == 0 ? "nothing lost, nothing doubled, nothing left" : $"{found.Count} faults");
    }
}
