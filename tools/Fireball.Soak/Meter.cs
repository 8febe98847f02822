using Fireball.TestSupport;

namespace Fireball.Soak;

/// <summary>Memory, descriptors and threads of a bed's background process and of its agents' workers, again and again.</summary>
internal sealed class Meter(Bed bed)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const double MiB = 1 << 20;

    private readonly (string Name, Func<IEnumerable<int>> Find, Series Memory, Series Descriptors, Series Threads)[] _processes =
    [
        One("background process", () => bed.Background() is { } pid ? [pid] : []),
        One("agents' workers", () => bed.Agents(worker: true)),
    ];

    public IEnumerable<Series> All => _processes.SelectMany(one => (Series[])[one.Memory, one.Descriptors, one.Threads]);

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Sample();
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private void Sample()
    {
        foreach ((_, Func<IEnumerable<int>> find, Series memory, Series descriptors, Series threads) in _processes)
        {
            List<int> pids = [.. find()];
            if (pids.Count == 0)
            {
                continue;
            }

            try
            {
                double resident = pids.Sum(Processes.ResidentMemory) / MiB;
                int open = pids.Sum(pid => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length);
                int running = pids.Sum(pid => Directory.GetDirectories($"/proc/{pid}/task").Length);
                memory.Add(resident);
                descriptors.Add(open);
                threads.Add(running);
            }
            catch (Exception gone) when (gone is IOException or InvalidOperationException)
            {
                // One ended while it was looked at; the next sample is soon.
            }
        }
    }

    // A MiB, and what a command under way has open and runs on.
    private static (string Name, Func<IEnumerable<int>> Find, Series Memory, Series Descriptors, Series Threads) One(string name, Func<IEnumerable<int>> find) =>
        (name, find, new Series(name + ", memory", "MiB", 1), new Series(name + ", descriptors", "", 6), new Series(name + ", threads", "", 3));
}
