using Fireball.V1;

namespace Fireball.Files;

/// <summary>
/// Runs a <see cref="TreeWriter"/> on a thread of its own, so that receiving and writing overlap and blocking disk
/// calls stay out of the thread pool. Bounded: a slow disk makes <see cref="WriteAsync"/> wait.
/// </summary>
public sealed class TreeWriterPump : IAsyncDisposable
{
    private readonly TreeWriter _writer;
    private readonly Action<IReadOnlyList<FileFailure>> _failed;
    private readonly RecordQueue _records = new(CopyLimits.BatchesAhead);
    private volatile bool _abandoned;
    private readonly Task<FileSummary> _work;

    /// <summary>Takes over <paramref name="writer"/>.</summary>
    /// <param name="writer">Disposed with the pump.</param>
    /// <param name="failed">Gets failures as they happen, on the writing thread; must not block for long.</param>
    public TreeWriterPump(TreeWriter writer, Action<IReadOnlyList<FileFailure>> failed)
    {
        _writer = writer;
        _failed = failed;
        _work = Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Hands over the next records. Throws what stopped the writer, if anything did.</summary>
    /// <param name="records">The records.</param>
    /// <param name="memory">What their data lies in; disposed when they have been written. Null: they keep it themselves.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    public async ValueTask WriteAsync(
        IReadOnlyList<FileRecord> records, IDisposable? memory, CancellationToken cancellationToken)
    {
        if (!await _records.AddAsync((records, memory), cancellationToken).ConfigureAwait(false))
        {
            await _work.ConfigureAwait(false);
            throw new InvalidOperationException("The copy is complete.");
        }
    }

    /// <summary>The stream has ended in order: finishes and tells what was written.</summary>
    public async Task<FileSummary> CompleteAsync(CancellationToken cancellationToken)
    {
        _records.End();
        return await _work.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops; what is not complete leaves nothing behind.</summary>
    public async ValueTask DisposeAsync()
    {
        _abandoned = true;
        _records.End();
        await ((Task)_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _writer.Dispose();
    }

    private FileSummary Work()
    {
        try
        {
            while (_records.TryTake(out var batch) && !_abandoned)
            {
                foreach (FileRecord record in batch.Records)
                {
                    _writer.Write(record);
                }

                batch.Memory?.Dispose();
                Report();
            }

            if (_abandoned)
            {
                throw new OperationCanceledException("The copy was abandoned.");
            }

            FileSummary summary = _writer.Complete();
            Report();
            return summary;
        }
        finally
        {
            // The next write learns why it is over.
            _records.End();
        }
    }

    private void Report()
    {
        IReadOnlyList<FileFailure> failures = _writer.TakeFailures();
        if (failures.Count > 0)
        {
            _failed(failures);
        }
    }
}
