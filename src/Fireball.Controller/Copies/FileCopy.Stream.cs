using Fireball.Files;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Controller;

/// <content>One file from a stream to the host.</content>
public sealed partial class FileCopy
{
    /// <summary>See <see cref="FireballHost.PutAsync(Stream, string, FilePutOptions?, CancellationToken)"/>.</summary>
    internal async Task<long> PutAsync(
        string host, Stream content, byte[] target, FilePutOptions options, CancellationToken cancellationToken)
    {
        var entry = new FileEntry
        {
            Type = FileEntry.Types.Type.File,
            Mode = (uint)options.Mode,
            ModifiedTime = new Timestamp
            {
                Seconds = options.ModifiedSeconds ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Nanos = options.ModifiedNanoseconds,
            },
            Size = (ulong)(options.Size ?? 0),
        };
        var start = new PutStart { Target = ByteString.CopyFrom(target), MakeParents = options.MakeParents };
        var source = new StreamSource(content, entry, options.Size);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Once the host has said that this file will not be written, the rest is not worth sending, or waiting for.
        var tally = new CopyTally { Failed = giveUp.Cancel };
        try
        {
            await TransferAsync(
                start,
                source.ReadAsync(giveUp.Token),
                tally,
                new ProgressMeter(progress: null, total: null),
                giveUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (tally.HasFailures && !cancellationToken.IsCancellationRequested)
        {
            // Told below.
        }

        CopyResult result = tally.ToResult();
        if (result.Succeeded)
        {
            return source.Position;
        }

        if (source.IsOtherSize)
        {
            throw new FileRefusedException(
                host, "put", FileRefusal.Damaged, $"{source.Position} bytes or more came, not {options.Size}; the old file was kept");
        }

        string message = result.Failures is [var failure, ..] ? failure.ToTerminalText() : "it was not written";
        int errno = result.Failures is [var first, ..] ? first.Errno : 0;
        throw new FileRefusedException(host, "put", FileRefusedException.OfErrno(errno, none: FileRefusal.Damaged), message);
    }
}
