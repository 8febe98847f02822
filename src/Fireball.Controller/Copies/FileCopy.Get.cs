using Fireball.Files;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller;

/// <content>From the host to here.</content>
public sealed partial class FileCopy
{
    /// <summary>
    /// Copies sources on the host to a local path. Only this side decides on names: what the host sends can create
    /// nothing outside of what the target names, now or at the next copy to the same target: a source that ends in a slash has to
    /// be a directory, and a symbolic link is made in a directory only, never in the target's own place.
    /// </summary>
    /// <param name="sources">Paths there; relative to the login user's home.</param>
    /// <param name="target">The local path.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Told after each message.</param>
    /// <param name="cancellationToken">Abandons the copy; local files not complete stay as they were.</param>
    public async Task<CopyResult> GetAsync(
        IReadOnlyList<byte[]> sources,
        byte[] target,
        CopyOptions? options = null,
        IProgress<CopyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(target);
        CheckSources(sources);
        bool makeParents = options?.MakeParents ?? false;
        if (sources.Count > 1)
        {
            // Opening it as a directory makes it, or tells why not.
            TreeWriter.Open(new TreeWriterOptions { Target = target, MakeParents = makeParents, IntoDirectory = true })
                .Dispose();
        }

        var tally = new CopyTally();
        var meter = new ProgressMeter(progress, total: null);
        foreach (byte[] source in sources)
        {
            var writerOptions = new TreeWriterOptions
            {
                Target = target,
                Name = TargetName(source),
                MakeParents = makeParents,

                // The host says what the source is, and may say another thing each time.
                Root = source is [.., (byte)'/'] ? RootRule.Directory : RootRule.NoLinkAsTarget,
            };
            await GetOneAsync(source, writerOptions, tally, meter, sources.Count == 1, cancellationToken)
                .ConfigureAwait(false);
        }

        return tally.ToResult();
    }

    private async Task GetOneAsync(
        byte[] source,
        TreeWriterOptions options,
        CopyTally tally,
        ProgressMeter meter,
        bool alone,
        CancellationToken cancellationToken)
    {
        var pump = new TreeWriterPump(
            TreeWriter.Open(options), failures => tally.Fail(onHost: false, failures));
        await using (pump.ConfigureAwait(false))
        {
            using AsyncServerStreamingCall<ReceivedBatch> call = invoker.AsyncServerStreamingCall(
                GetMethod.Batches,
                host: null,
                new CallOptions(cancellationToken: cancellationToken),
                new GetRequest { Source = ByteString.CopyFrom(source) });
            FileSummary? remote = null;
            FileSummary written;
            try
            {
                IAsyncStreamReader<ReceivedBatch> responses = call.ResponseStream;
                while (await responses.MoveNext(cancellationToken).ConfigureAwait(false))
                {
                    ReceivedBatch response = responses.Current;
                    tally.Fail(onHost: true, response.Failures);
                    remote = response.Summary ?? remote;
                    if (response.Records.Count > 0)
                    {
                        Tell(response, meter, alone);
                        await pump.WriteAsync(response.Records, response, cancellationToken).ConfigureAwait(false);
                    }
                }

                written = remote is null ? throw NoSummary() : await pump.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (InvalidDataException e)
            {
                throw new RpcException(new Status(StatusCode.DataLoss, "the agent's records: " + e.Message, e));
            }

            tally.AddWritten(written);
            tally.AddFailed(remote.Failed);
        }
    }

    private static void Tell(ReceivedBatch response, ProgressMeter meter, bool alone)
    {
        int files = 0;
        long bytes = 0;
        foreach (FileRecord record in response.Records)
        {
            files += record.End is null ? 0 : 1;
            bytes += record.Data.Length;
            if (alone && record.Entry is { Path.IsEmpty: true, Type: FileEntry.Types.Type.File } root)
            {
                meter.Total = (long)Math.Min(root.Size, long.MaxValue);
            }
        }

        meter.Add(files, bytes);
    }
}
