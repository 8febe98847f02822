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
            _failed += (long)count;
        }
    }

    public void AddWritten(FileSummary summary)
    {
        lock (_lock)
        {
            _files += (long)summary.Files;
            _directories += (long)summary.Directories;
            _symlinks += (long)summary.Symlinks;
            _bytes += (long)summary.Bytes;
            _failed += (long)summary.Failed;
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
}
