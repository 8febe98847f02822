namespace Fireball.Bench;

/// <summary>
/// What a worker's calls use in turn, such as directories to copy into. A file system avoids for a while the inodes of files
/// that were replaced a moment ago (ext4 searches on, which takes many times as long), for everybody; so a tree does not
/// replace the one of the call before.
/// </summary>
/// <param name="workers">Of each worker, the same number.</param>
internal sealed class Turns<T>(IReadOnlyList<T[]> workers)
{
    private readonly int[] _next = new int[workers.Count];

    /// <summary>What the worker's next call uses. No two calls of one worker ask at the same time.</summary>
    public T Next(int worker)
    {
        T[] all = workers[worker];
        return all[_next[worker]++ % all.Length];
    }
}
