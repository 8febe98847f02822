using Fireball.V1;

namespace Fireball.Controller;

// Collects what both sides of a copy report. Thread-safe: each side reports on its own.
internal sealed class CopyTally
{
    private readonly Lock _lock = new();
    private readonly List<CopyFailure> _failures = [];
    private long _failed;
    private long _files;
    private long _directories;
    private long _symlinks;
    private long _bytes;

    // Told when the host or this side has reported a failure; must not block.
    public Action? Failed { get; init; }

    public bool HasFailures
    {
        get
        {
            lock (_lock)
            {
                return _failures.Count > 0;
            }
        }
    }

    public void Fail(bool onHost, IEnumerable<FileFailure> failures)
    {
        lock (_lock)
        {
            foreach (FileFailure failure in failures)
            {
                if (_failures.Count < CopyResult.MaxFailures)
                {
                    _failures.Add(
                        new CopyFailure(onHost, failure.Path.ToByteArray(), (int)failure.ErrorNumber, failure.Message));
                }
            }
        }

        if (HasFailures)
        {
            Failed?.Invoke();
        }
    }

    // `failed` of each side's summary counts what it reported, and what lay below a failed directory.
    public void AddFailed(ulong count)
    {
        lock (_lock)
        {
            _failed = Sum(_failed, count);
        }
    }

    public void AddWritten(FileSummary summary)
    {
        lock (_lock)
        {
            _files = Sum(_files, summary.Files);
            _directories = Sum(_directories, summary.Directories);
            _symlinks = Sum(_symlinks, summary.Symlinks);
            _bytes = Sum(_bytes, summary.Bytes);
            _failed = Sum(_failed, summary.Failed);
        }
    }

    public CopyResult ToResult()
    {
        lock (_lock)
        {
            return new CopyResult
            {
                Files = _files,
                Directories = _directories,
                Symlinks = _symlinks,
                Bytes = _bytes,
                Failed = Math.Max(_failed, _failures.Count),
                Failures = [.. _failures],
            };
        }
    }

    // Of what the other side counts, which may be anything.
    private static long Sum(long sum, ulong more) => more > (ulong)(long.MaxValue - sum) ? long.MaxValue : sum + (long)more;
}
