using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fireball.V1;

namespace Fireball.Files;

/// <summary>
/// The source's side of a copy: walks files and trees by directory descriptors, never through a symbolic link, and
/// turns them into records in a fixed order (names sorted by their bytes). Reading runs ahead of the consumer by
/// <see cref="CopyLimits.BatchesAhead"/> batches. What cannot be read becomes a failure, and the rest goes on.
/// </summary>
public sealed class TreeReader(IReadOnlyList<TreeSource> sources)
{
    /// <summary>
    /// What was read; complete when the enumeration has ended. `failed` counts the failures here; a file given up in the middle has its error in its end and is the receiver's to count.
    /// </summary>
    public FileSummary Summary { get; } = new();

    /// <summary>Reads everything, once. The caller disposes each batch it takes.</summary>
    public async IAsyncEnumerable<FileBatch> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<FileBatch>(
            new BoundedChannelOptions(CopyLimits.BatchesAhead) { SingleReader = true, SingleWriter = true });
        // Disk reads block; a thread of their own keeps them out of the pool that answers other calls.
        Task walk = Task.Factory.StartNew(
            () => Walk(batches.Writer, stop.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            await foreach (FileBatch batch in batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await walk.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batches.Reader.TryRead(out FileBatch? unread))
            {
                unread.Dispose();
            }
        }

        await walk.ConfigureAwait(false);
    }

    private void Walk(ChannelWriter<FileBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            var builder = new BatchBuilder(batch =>
            {
                if (!batches.TryWrite(batch))
                {
                    batches.WriteAsync(batch, cancellationToken).AsTask().GetAwaiter().GetResult();
                }
            });
            using var walk = new TreeWalk(builder, Summary, cancellationToken);
            foreach (TreeSource source in sources)
            {
                walk.Read(source);
            }

            builder.Flush();
            batches.Complete();
        }
#pragma warning disable CA1031 // Whatever it was reaches the consumer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            batches.Complete(e);
        }
    }
}
