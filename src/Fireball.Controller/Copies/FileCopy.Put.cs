using Fireball.Files;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller;

/// <content>From here to the host.</content>
public sealed partial class FileCopy
{
    /// <summary>Copies local sources to a path on the host, as one pipelined stream.</summary>
    /// <param name="sources">Local paths.</param>
    /// <param name="target">The path there; relative to the login user's home.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Told after each message.</param>
    /// <param name="cancellationToken">Abandons the copy; the host's old files stay.</param>
    public async Task<CopyResult> PutAsync(
        IReadOnlyList<byte[]> sources,
        byte[] target,
        CopyOptions? options = null,
        IProgress<CopyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(target);
        CheckSources(sources);
        var tally = new CopyTally();
        if (!sources.Any(IsThere))
        {
            // Nothing to send, and nothing shall be made there.
            await ReportMissingAsync(sources, tally, cancellationToken).ConfigureAwait(false);
            return tally.ToResult();
        }

        bool into = sources.Count > 1;
        var start = new PutStart
        {
            Target = ByteString.CopyFrom(target),
            Name = into ? ByteString.Empty : ByteString.CopyFrom(TargetName(sources[0])),
            MakeParents = options?.MakeParents ?? false,
            IntoDirectory = into,
        };
        var reader = new TreeReader([.. sources.Select(s => ToTreeSource(s, into))]);
        long? total = into ? null : SizeOfFile(sources[0]);
        await TransferAsync(start, reader.ReadAsync(cancellationToken), tally, new ProgressMeter(progress, total), cancellationToken)
            .ConfigureAwait(false);
        tally.AddFailed(reader.Summary.Failed);
        return tally.ToResult();
    }

    /// <summary>Sends batches as one Agent.Put and waits for its summary.</summary>
    private async Task TransferAsync(
        PutStart start,
        IAsyncEnumerable<FileBatch> batches,
        CopyTally tally,
        ProgressMeter meter,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using AsyncDuplexStreamingCall<PutRequest, PutResponse> call = _client.Put(cancellationToken: stop.Token);
        Task<FileSummary> receive = ReceiveAsync(call.ResponseStream, tally, stop.Token);

        // Where the host has ended the call, there is no need to wait for what its source still has to say.
        _ = receive.ContinueWith(
            static (_, state) => ((CancellationTokenSource)state!).Cancel(),
            stop,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            await SendAsync(call.RequestStream, start, batches, tally, meter, receive, stop.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException || receive.IsFaulted)
        {
            // The stream was closed under the sender; why is what the host answered.
            cancellationToken.ThrowIfCancellationRequested();
            await receive.ConfigureAwait(false);
            throw;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)receive).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        try
        {
            tally.AddWritten(await receive.ConfigureAwait(false));
        }
        catch (RpcException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private static bool IsThere(byte[] source) =>
        PosixFile.GetStatusAt(PosixFile.CurrentDirectory, source, follow: false, out _) >= 0;

    private static TreeSource ToTreeSource(byte[] source, bool into)
    {
        byte[] name = into ? TargetName(source) : [];
        return new TreeSource(source, name, ContentsOnly: into && name.Length == 0);
    }

    private static async Task ReportMissingAsync(
        IReadOnlyList<byte[]> sources, CopyTally tally, CancellationToken cancellationToken)
    {
        var reader = new TreeReader([.. sources.Select(s => new TreeSource(s, []))]);
        await foreach (FileBatch batch in reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tally.Fail(onHost: false, batch.Failures);
            batch.Dispose();
        }

        tally.AddFailed(reader.Summary.Failed);
    }

    // The start leaves with the first records, so that a small copy is one message each way.
    private static async Task SendAsync(
        IClientStreamWriter<PutRequest> requests,
        PutStart start,
        IAsyncEnumerable<FileBatch> batches,
        CopyTally tally,
        ProgressMeter meter,
        Task<FileSummary> receive,
        CancellationToken cancellationToken)
    {
        PutStart? pending = start;
        await foreach (FileBatch batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                tally.Fail(onHost: false, batch.Failures);
                var request = new PutRequest { Start = pending };
                pending = null;
                request.Records.AddRange(batch.Records);
                if (receive.IsFaulted)
                {
                    return;
                }

                await requests.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                meter.Add(batch.FilesEnded, batch.DataBytes);
            }
        }

        if (pending is not null)
        {
            await requests.WriteAsync(new PutRequest { Start = pending }, cancellationToken).ConfigureAwait(false);
        }

        await requests.CompleteAsync().ConfigureAwait(false);
    }

    private static async Task<FileSummary> ReceiveAsync(
        IAsyncStreamReader<PutResponse> responses, CopyTally tally, CancellationToken cancellationToken)
    {
        FileSummary? summary = null;
        while (await responses.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            tally.Fail(onHost: true, responses.Current.Failures);
            summary = responses.Current.Summary ?? summary;
        }

        return summary ?? throw NoSummary();
    }

    private static RpcException NoSummary() =>
        new(new Status(StatusCode.DataLoss, "the agent ended the copy without a summary"));
}
