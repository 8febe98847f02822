using System.Runtime.CompilerServices;
using Fireball.Files;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>
/// A file on a host that is being read. It has to be read or disposed: until then it stops where its credit is used up.
/// </summary>
public sealed class RemoteFile : IAsyncDisposable
{
    private const string Operation = "get";

    // Bytes from which on the memory used is given back: new memory costs less than the messages of so many. Arbitrary.
    private const long Large = 1024 * 1024;

    private readonly FireballHost _host;
    private readonly AsyncServerStreamingCall<ReceivedBatch> _call;
    private readonly CancellationToken _callerToken;
    private readonly ReceivedFile _content;
    private ReceivedBatch? _first;

    internal RemoteFile(
        FireballHost host, AsyncServerStreamingCall<ReceivedBatch> call, ReceivedBatch first, FileEntry entry, CancellationToken callerToken)
    {
        (_host, _call, _first, Entry, _callerToken) = (host, call, first, entry, callerToken);
        _content = new ReceivedFile(entry.Size);
    }

    /// <summary>What it is; its path is empty. Its size is the one at the beginning.</summary>
    public FileEntry Entry { get; }

    /// <summary>Bytes read until now; at the end, all.</summary>
    public long Position => _content.Position;

    /// <summary>
    /// Reads the file, once, in pieces of at most 256 KiB; holes come as zeroes. It ends without an exception only where
    /// all of it was right by the agent's hash. Each piece is valid until the next is read.
    /// </summary>
    /// <exception cref="FileRefusedException">It is not whole, or was changed meanwhile.</exception>
    /// <exception cref="FireballException">The connection was lost.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } batch)
        {
            using (batch)
            {
                foreach (FileRecord record in batch.Records)
                {
                    using IEnumerator<ReadOnlyMemory<byte>> pieces = _content.Add(record).GetEnumerator();
                    while (MoveNext(pieces))
                    {
                        yield return pieces.Current;
                    }
                }
            }
        }

        if (!_content.IsComplete)
        {
            throw Damaged("the agent ended the file before its end");
        }
    }

    /// <summary>Ends the reading, wherever it is.</summary>
    public ValueTask DisposeAsync()
    {
        _first?.Dispose();
        _first = null;
        _call.Dispose();
        if (Position > Large)
        {
            // The program may run for long, and not read another one.
            MessageMemory.GiveBack();
        }

        return ValueTask.CompletedTask;
    }

    private bool MoveNext(IEnumerator<ReadOnlyMemory<byte>> pieces)
    {
        try
        {
            return pieces.MoveNext();
        }
        catch (InvalidDataException wrong)
        {
            throw Damaged(wrong.Message, wrong);
        }
    }

    private async ValueTask<ReceivedBatch?> NextAsync(CancellationToken cancellationToken)
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        try
        {
            return await _call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false) ? _call.ResponseStream.Current : null;
        }
        catch (RpcException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _callerToken.ThrowIfCancellationRequested();
            throw new FireballException(_host.Name, Operation, failure.Status.Detail, failure);
        }
        catch (InvalidDataException wrong)
        {
            throw Damaged("the agent's records: " + wrong.Message, wrong);
        }
    }

    private FileRefusedException Damaged(string message, Exception? inner = null) =>
        new(_host.Name, Operation, FileRefusal.Damaged, message, inner);
}
