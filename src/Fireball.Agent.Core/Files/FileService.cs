using System.Threading.Channels;
using Fireball.Files;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Fireball.Agent.Core;

/// <summary>The Put, Get and Stat calls of fireball.v1.AgentService.</summary>
/// <param name="home">Where relative paths begin, absolute: the login user's home directory.</param>
/// <param name="journal">Where temporaries are noted for the sweep after a crash; null: nowhere.</param>
public sealed class FileService(byte[] home, TemporaryJournal? journal)
{
    // Messages of failures that wait for the client to read them; arbitrary. Beyond, writing waits.
    private const int FailuresAhead = 16;

    /// <summary>Agent.Put.</summary>
    public async Task PutAsync(
        IAsyncStreamReader<PutRequest> requests, IServerStreamWriter<PutResponse> responses, ServerCallContext context)
    {
        CancellationToken cancelled = context.CancellationToken;
        if (!await requests.MoveNext(cancelled).ConfigureAwait(false) || requests.Current.Start is not { } start)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the first request of a put is its start"));
        }

        Channel<IReadOnlyList<FileFailure>> failures = Channel.CreateBounded<IReadOnlyList<FileFailure>>(FailuresAhead);
        var pump = new TreeWriterPump(OpenTarget(start), list => Enqueue(failures.Writer, list, cancelled));
        await using (pump.ConfigureAwait(false))
        {
            Task tell = TellAsync(failures.Reader, responses, cancelled);
            try
            {
                do
                {
                    PutRequest request = requests.Current;
                    if (request.Records.Count > 0)
                    {
                        await pump.WriteAsync(request.Records, request.Memory, cancelled).ConfigureAwait(false);
                    }
                }
                while (await requests.MoveNext(cancelled).ConfigureAwait(false));

                FileSummary summary = await pump.CompleteAsync(cancelled).ConfigureAwait(false);
                failures.Writer.Complete();
                await tell.ConfigureAwait(false);
                await responses.WriteAsync(new PutResponse { Summary = summary }, cancelled).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message, e));
            }
            finally
            {
                // The writing thread must not wait for a reader that has gone.
                failures.Writer.TryComplete();
                await tell.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Agent.Get.</summary>
    public async Task GetAsync(GetRequest request, IServerStreamWriter<GetResponse> responses, ServerCallContext context)
    {
        if (request.Source.IsEmpty || request.Source.Span.Contains((byte)0))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the source's name is empty or holds a NUL"));
        }

        CancellationToken cancelled = context.CancellationToken;
        var reader = new TreeReader([new TreeSource(PathBytes.Combine(home, request.Source.Span), [])]);
        await foreach (FileBatch batch in reader.ReadAsync(cancelled).ConfigureAwait(false))
        {
            // Until the message has been encoded its data is the batch's buffer.
            using (batch)
            {
                var response = new GetResponse();
                response.Records.AddRange(batch.Records);
                response.Failures.AddRange(batch.Failures);
                await responses.WriteAsync(response, cancelled).ConfigureAwait(false);
            }
        }

        await responses.WriteAsync(new GetResponse { Summary = reader.Summary }, cancelled)
            .ConfigureAwait(false);
    }

    /// <summary>Agent.Stat.</summary>
    public StatResponse Stat(StatRequest request)
    {
        if (request.Path.Span.Contains((byte)0))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the path holds a NUL"));
        }

        byte[] path = PathBytes.Combine(home, request.Path.Span);
        int result = PosixFile.GetStatusAt(PosixFile.CurrentDirectory, path, request.Follow, out FileStatus status);
        if (result < 0)
        {
            throw Failure(path, -result);
        }

        var entry = new FileEntry
        {
            Path = request.Path,
            Type = ToType(status.Kind),
            Mode = status.Permissions,
            ModifiedTime = new Timestamp { Seconds = status.ModifiedSeconds, Nanos = (int)status.ModifiedNanoseconds },
            Size = (ulong)status.Size,
        };
        if (status.Kind == FileKind.SymbolicLink)
        {
            byte[] target = new byte[PosixFile.MaxPathLength + 1];
            int length = PosixFile.ReadLinkAt(PosixFile.CurrentDirectory, path, target);
            entry.LinkTarget = length < 0 ? throw Failure(path, -length) : ByteString.CopyFrom(target, 0, length);
        }

        return new StatResponse { Entry = entry, Uid = status.UserId, Gid = status.GroupId };
    }

    private static RpcException Failure(byte[] path, int errno) => new(new Status(
        StatusMapping.ToStatusCode(errno), $"{TerminalText.EscapePath(path)}: {Errno.Describe(errno)}"));

    private static FileEntry.Types.Type ToType(FileKind kind) => kind switch
    {
        FileKind.Regular => FileEntry.Types.Type.File,
        FileKind.Directory => FileEntry.Types.Type.Directory,
        FileKind.SymbolicLink => FileEntry.Types.Type.Symlink,
        _ => FileEntry.Types.Type.Other,
    };

    private TreeWriter OpenTarget(PutStart start)
    {
        if (start.Target.IsEmpty && start.Name.IsEmpty && !start.IntoDirectory)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the target's name is empty"));
        }

        try
        {
            return TreeWriter.Open(new TreeWriterOptions
            {
                Target = PathBytes.Combine(home, start.Target.Span),
                Name = start.Name.ToByteArray(),
                MakeParents = start.MakeParents,
                IntoDirectory = start.IntoDirectory,
                Journal = journal,
            });
        }
        catch (FileCopyException e)
        {
            throw e.ToRpcException();
        }
    }

    // On the writing thread: waits where the client does not read its failures.
    private static void Enqueue(
        ChannelWriter<IReadOnlyList<FileFailure>> failures, IReadOnlyList<FileFailure> list, CancellationToken cancelled)
    {
        if (!failures.TryWrite(list))
        {
            failures.WriteAsync(list, cancelled).AsTask().GetAwaiter().GetResult();
        }
    }

    private static async Task TellAsync(
        ChannelReader<IReadOnlyList<FileFailure>> failures,
        IServerStreamWriter<PutResponse> responses,
        CancellationToken cancelled)
    {
        await foreach (IReadOnlyList<FileFailure> list in failures.ReadAllAsync(cancelled).ConfigureAwait(false))
        {
            var response = new PutResponse();
            response.Failures.AddRange(list);
            await responses.WriteAsync(response, cancelled).ConfigureAwait(false);
        }
    }
}
