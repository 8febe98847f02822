using Fireball.Linux;
using Fireball.TestSupport;

namespace Fireball.Soak;

/// <summary>What goes wrong on a bed: every few seconds something else.</summary>
internal sealed class FaultMaker(Bed bed, Random random)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(12);

    // Shorter than what takes a link for dead, and than the agent's lease.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(4);

    /// <summary>What a copy exits with of which some entries were not made.</summary>
    private const int Incomplete = 1;

    private readonly SortedDictionary<string, int> _made = [];

    /// <summary>What must not be, one line each.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>How often each was made.</summary>
    public IReadOnlyDictionary<string, int> Made => _made;

    public async Task RunAsync(CancellationToken stop)
    {
        (string Name, Func<Task> Make)[] kinds =
        [
            ("kill -9 of the agent's worker", () => SignalAsync(bed.Agents(worker: true), Signal.Kill)),
            ("kill -9 of the agent's supervisor", () => SignalAsync(bed.Agents(worker: false), Signal.Kill)),
            ("kill -9 of ssh", () => SignalAsync(bed.Ssh(), Signal.Kill)),
            ("kill -9 of sshd's session", () => SignalAsync(bed.Sessions(), Signal.Kill)),
            ("kill -9 of the background process", () => SignalAsync(Background(), Signal.Kill)),
            ("stop of the agent", () => StopAsync(bed.Agents(worker: true))),
            ("stop of ssh", () => StopAsync(bed.Ssh())),
            ("stop of the background process", () => StopAsync(Background())),
            ("fireball down", () => VerbAsync("down", "t")),
            ("fireball stop", () => VerbAsync("stop")),
            ("full disk", FillAsync),
        ];
        while (!stop.IsCancellationRequested)
        {
            // Time is what is made here: a pause between two faults. Cancelled, it is the end of the loop, after one more fault.
            await Task.Delay(LongestPause * random.NextDouble(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            (string name, Func<Task> make) = kinds[random.Next(kinds.Length)];
            await make();
            _made[name] = _made.GetValueOrDefault(name) + 1;
        }
    }

    private IEnumerable<int> Background() => bed.Background() is { } pid ? [pid] : [];

    private static Task SignalAsync(IEnumerable<int> pids, int signal)
    {
        foreach (int pid in pids.ToList())
        {
            _ = OwnProcess.Send(pid, signal);
        }

        return Task.CompletedTask;
    }

    private async Task StopAsync(IEnumerable<int> pids)
    {
        List<int> all = [.. pids];
        await Task.WhenAll(all.Select(pid => Command.RunAsync("kill", ["-STOP", Text(pid)])));

        // How long they are stopped is the fault.
        await Task.Delay(LongestStop * random.NextDouble());
        await Task.WhenAll(all.Select(pid => Command.RunAsync("kill", ["-CONT", Text(pid)])));
    }

    private async Task VerbAsync(string verb, params string[] arguments)
    {
        Finished end = await bed.RunAsync(verb, arguments);
        if (end.Status != 0 && !end.IsPlainFailure)
        {
            Faults.Add($"{verb}: status {end.Status}: {end.Error.Trim()}");
        }
    }

    // A file of 4 MiB on a disk of 1 MiB: it fails in one line, and nothing of it stays.
    private async Task FillAsync()
    {
        string disk = Path.Combine(bed.Files, "disk");
        Directory.CreateDirectory(disk);
        await Command.CheckAsync("mount", "-t", "tmpfs", "-o", $"size=1m,mode=0700,uid={bed.User.Uid}", "fbsoak", disk);
        try
        {
            string source = Path.Combine(bed.Files, "source");
            await File.WriteAllBytesAsync(source, new byte[4 << 20]);
            Finished end = await bed.RunAsync("put", [source, $"t:{disk}/target"]);
            string[] left = Directory.GetFileSystemEntries(disk);
            if (end.Status != Incomplete || !end.Error.Contains("No space left on device", StringComparison.Ordinal) || left.Length > 0)
            {
                Faults.Add($"full disk: status {end.Status}: {end.Error.Trim()}; left: {string.Join(' ', left)}");
            }
        }
        finally
        {
            await Command.CheckAsync("umount", "-l", disk);
        }
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
