using Fireball.Linux;

namespace Fireball.Files;

/// <summary>
/// Syncs a file beside its writing, so that the sync at its end is short: the disk works while the rest still arrives,
/// and a disk's flush, the slow part, has little to flush. Not thread-safe.
/// </summary>
/// <remarks>
/// The kernel tells an open file's write errors once, to whichever sync comes first (errseq_t): what one here was told is
/// kept for <see cref="Finish"/>.
/// </remarks>
internal sealed class EarlySync
{
    private Task<int>? _running;
    private int _first;

    /// <summary>Begins to sync what was written to <paramref name="fd"/>, which stays open until <see cref="Finish"/>. False: one is running.</summary>
    public bool TryBegin(int fd)
    {
        if (_running is { IsCompleted: false })
        {
            return false;
        }

        Take();
        // It blocks for as long as the disk takes: not on the thread pool.
        _running = Task.Factory.StartNew(
            () => PosixFile.SyncData(fd), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return true;
    }

    /// <summary>Waits for the one that runs. 0, or the first error of all since the last call.</summary>
    public int Finish()
    {
        Take();
        int first = _first;
        _first = 0;
        return first;
    }

    private void Take()
    {
        int result = _running?.GetAwaiter().GetResult() ?? 0;
        _running = null;
        _first = _first < 0 ? _first : Math.Min(result, 0);
    }
}
