using Fireball.Files;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller;

/// <content>Single files, to and from streams.</content>
public sealed partial class FireballHost
{
    /// <summary>Symbolic links that are followed one after the other, as many as Linux does (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    /// <summary>
    /// Writes one file from a stream: atomically, when the stream has ended. Where it fails, or is cancelled, the old file
    /// is as it was. A symbolic link is replaced, not followed.
    /// </summary>
    /// <param name="content">The bytes, read to the end; stays the caller's.</param>
    /// <param name="path">The path on the host; relative to the home directory.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="FileRefusedException">It cannot be written there, or is not what it should have been.</exception>
    /// <exception cref="FireballException">The connection was lost.</exception>
    public async Task<long> PutAsync(
        Stream content, string path, FilePutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(path);
        const string Operation = "put";
        CallInvoker invoker = await _link.GetInvokerAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await new FileCopy(invoker).PutAsync(
                Name, content, PosixText.Encode(path), options ?? new FilePutOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            // Not repeated, even where nothing was written: the stream has been read.
            throw Explain(Operation, failure);
        }
    }

    /// <summary>Opens one file for reading. Of a symbolic link, what it points to.</summary>
    /// <param name="path">The path on the host; relative to the home directory.</param>
    /// <param name="cancellationToken">Ends the reading, also after this method has returned.</param>
    /// <exception cref="FileRefusedException">There is none, or it cannot be read.</exception>
    /// <exception cref="FireballException">The connection was lost.</exception>
    public async Task<RemoteFile> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] source = PosixText.Encode(path);
        for (int links = 0; links <= MaxLinks; links++)
        {
            (RemoteFile? file, byte[]? target) = await OpenOnceAsync(source, cancellationToken).ConfigureAwait(false);
            if (file is not null)
            {
                return file;
            }

            // As the kernel goes on: from the directory that the link is in.
            source = Files.PathBytes.Combine(Files.PathBytes.Directory(source), target);
        }

        throw new FileRefusedException(Name, "get", FileRefusal.Refused, $"{TerminalText.Escape(source)}: too many symbolic links");
    }

    /// <summary>Copies one file into a stream; see <see cref="OpenAsync"/>.</summary>
    /// <returns>Bytes copied.</returns>
    /// <exception cref="FileRefusedException">There is none, it cannot be read, or what arrived is not what was there.</exception>
    /// <exception cref="FireballException">The connection was lost.</exception>
    public async Task<long> GetAsync(string path, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        RemoteFile file = await OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            await foreach (ReadOnlyMemory<byte> piece in file.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            }

            return file.Position;
        }
    }

    /// <summary>Tells what a path on the host is.</summary>
    /// <param name="path">Relative to the home directory.</param>
    /// <param name="follow">False: of a symbolic link, the link itself.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileRefusedException">There is none, or it may not be looked at.</exception>
    /// <exception cref="FireballException">The connection was lost.</exception>
    public async Task<StatResponse> StatAsync(string path, bool follow = true, CancellationToken cancellationToken = default)
    {
        const string Operation = "stat";
        ArgumentNullException.ThrowIfNull(path);
        var request = new StatRequest { Path = ByteString.CopyFrom(PosixText.Encode(path)), Follow = follow };
        try
        {
            return await CallAsync(
                Operation,
                (client, cancel) => client.StatAsync(request, cancellationToken: cancel).ResponseAsync,
                cancellationToken).ConfigureAwait(false);
        }
        catch (FireballException failure) when (OfCall(failure) is not null)
        {
            throw Explain(Operation, OfCall(failure)!);
        }
    }

    /// <summary>A file, or what the link points to that is there instead.</summary>
    private async Task<(RemoteFile? File, byte[]? LinkTarget)> OpenOnceAsync(byte[] source, CancellationToken cancellationToken)
    {
        const string Operation = "get";
        AsyncServerStreamingCall<ReceivedBatch>? call = null;
        ReceivedBatch? first = null;
        try
        {
            (call, first) = await InvokeAsync(
                Operation, (invoker, cancel) => BeginGetAsync(invoker, source, cancel), cancellationToken).ConfigureAwait(false);
            if (first.Failures is [var failure, ..])
            {
                throw new FileRefusedException(
                    Name, Operation, FileRefusedException.OfErrno((int)failure.ErrorNumber, none: FileRefusal.Refused), Describe(failure));
            }

            switch (first.Records)
            {
                case [{ Entry: { Type: FileEntry.Types.Type.File } entry }, ..]:
                    var file = new RemoteFile(this, call, first, entry, cancellationToken);
                    (call, first) = (null, null);
                    return (file, null);
                case [{ Entry: { Type: FileEntry.Types.Type.Symlink, LinkTarget: var target } }, ..] when !target.IsEmpty:
                    return (null, target.ToByteArray());
                case [{ Entry: not null }, ..]:
                    throw new FileRefusedException(
                        Name, Operation, FileRefusal.Refused, $"{TerminalText.Escape(source)}: is not a file");
                default:
                    throw new FileRefusedException(
                        Name, Operation, FileRefusal.Damaged, "the agent's first record was not a file's");
            }
        }
        catch (FireballException failure) when (OfCall(failure) is not null)
        {
            throw Explain(Operation, OfCall(failure)!);
        }
        finally
        {
            first?.Dispose();
            call?.Dispose();
        }
    }

    private static async Task<(AsyncServerStreamingCall<ReceivedBatch> Call, ReceivedBatch First)> BeginGetAsync(
        CallInvoker invoker, byte[] source, CancellationToken cancellationToken)
    {
        AsyncServerStreamingCall<ReceivedBatch> call = invoker.AsyncServerStreamingCall(
            GetMethod.Batches,
            host: null,
            new CallOptions(cancellationToken: cancellationToken),
            new GetRequest { Source = ByteString.CopyFrom(source) });
        try
        {
            return await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
                ? (call, call.ResponseStream.Current)
                : throw new RpcException(new Status(StatusCode.DataLoss, "the agent ended the call without an answer"));
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private static string Describe(FileFailure failure) => $"{TerminalText.Escape(failure.Path.Span)}: {failure.Message}";

    /// <summary>What the agent ended a call with; null: the failure is explained already, or no call was made.</summary>
    private static RpcException? OfCall(FireballException failure) =>
        failure is FileRefusedException or ConnectException ? null : failure.InnerException as RpcException;

    /// <summary>What the end of a call about one file means.</summary>
    private FireballException Explain(string operation, RpcException failure) =>
        FileRefusedException.OfStatus(failure.StatusCode) is { } refusal
            ? new FileRefusedException(Name, operation, refusal, failure.Status.Detail, failure)
            : new FireballException(Name, operation, failure.Status.Detail, failure);
}
