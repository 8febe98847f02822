using Fireball.Linux;
using Renci.SshNet;
using Renci.SshNet.Messages.Connection;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// A remote command's standard streams, as one stream: the only channel of a connection besides those of its
/// <see cref="Forwarder"/>. Disposing it ends the input only, which ends the session.
/// </summary>
/// <remarks>
/// SSH.NET gives its channels a window of 2 GiB, and queues what is received in a PipeStream without limit. So
/// they are taken from the session's own event, on the thread that receives for the connection, which waits here when the
/// reader is slow; TCP then holds the host back. What SSH.NET has queued besides is emptied with each message.
/// </remarks>
internal sealed class CommandChannel : AsyncStream
{
    // Bytes received and not read, at most, besides what is in TCP; arbitrary: half the window of a forward's channel.
    private const int OutputLimit = 1 << 20;

    // Of standard error, which is read as it comes.
    private const int ErrorLimit = 16 << 10;

    private readonly SshCommand _command;
    private readonly Session _session;
    private readonly byte[] _emptying = new byte[32 << 10];
    private readonly ReceiveBuffer _output = new(OutputLimit, readInline: true);
    private readonly ReceiveBuffer _error = new(ErrorLimit, readInline: false);
    private SendThread? _send;
    private ReadOnlyMemory<byte> _before;
    private int _inputEnded;

    private CommandChannel(SshCommand command, Session session)
    {
        _command = command;
        _session = session;
    }

    /// <summary>Completes, never faulted, when the channel has ended; the result is why, where its connection failed.</summary>
    internal Task<Exception?> Ended { get; private set; } = Task.FromResult<Exception?>(null);

    /// <summary>The command's exit status; null: it has none.</summary>
    internal int? ExitStatus => _command.ExitStatus;

    /// <summary>Its standard error.</summary>
    internal Stream Error => _error;

    /// <summary>Opens the channel and starts the command. Waits for the host's answers.</summary>
    /// <exception cref="Renci.SshNet.Common.SshException">The host refuses, or is gone.</exception>
    internal static CommandChannel Start(SshClient client, Session session, string commandText)
    {
        var channel = new CommandChannel(client.CreateCommand(commandText), session);
        session.ChannelDataReceived += channel.OnData;
        session.ChannelExtendedDataReceived += channel.OnExtendedData;
        try
        {
            var running = channel._command.ExecuteAsync();
            channel._send = new SendThread(Input(channel._command));
            channel.Ended = channel.EndAsync(running);
            return channel;
        }
        catch
        {
            channel.Release();
            throw;
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_before.IsEmpty)
        {
            return _output.ReadAsync(buffer, cancellationToken);
        }

        int length = Math.Min(buffer.Length, _before.Length);
        _before[..length].CopyTo(buffer);
        _before = _before[length..];
        return ValueTask.FromResult(length);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _send!.WriteAsync(buffer, cancellationToken);

    /// <summary>Puts bytes before those that are still to be received; to be called before the first read.</summary>
    internal void PutBack(ReadOnlyMemory<byte> bytes) => _before = bytes;

    /// <summary>Ends the command's standard input, which ends the session.</summary>
    internal void EndInput()
    {
        if (Interlocked.Exchange(ref _inputEnded, 1) == 0)
        {
            _send!.End();
        }
    }

    /// <summary>Nothing reads its output any more: what still comes is dropped.</summary>
    internal void DropOutput() => _output.Dispose();

    /// <summary>Ends reading: what still comes is dropped, and the receiving thread is never held back.</summary>
    internal void EndOutput()
    {
        _output.End();
        _error.End();
    }

    /// <summary>Takes everything back. Waits for the host, for a second at most, where the channel is still open.</summary>
    internal void Release()
    {
        EndOutput();
        _session.ChannelDataReceived -= OnData;
        _session.ChannelExtendedDataReceived -= OnExtendedData;
        _command.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndInput();
        }

        base.Dispose(disposing);
    }

    // A command that has ended by now takes no input; what it has said is still read.
    private static Stream Input(SshCommand command)
    {
        try
        {
            return command.CreateInputStream();
        }
        catch (InvalidOperationException)
        {
            return Null;
        }
    }

    private static void Empty(Stream queue, byte[] buffer)
    {
        // Never waits: there is something to read.
        while (queue.Length > 0)
        {
            _ = queue.Read(buffer, 0, buffer.Length);
        }
    }

    private void OnData(object? sender, MessageEventArgs<ChannelDataMessage> e)
    {
        if (e.Message.LocalChannelNumber >= Forwarder.FirstNumber)
        {
            return;
        }

        Empty(_command.OutputStream, _emptying);
        _output.Add(e.Message.Data.AsSpan(e.Message.Offset, e.Message.Size));
    }

    private void OnExtendedData(object? sender, MessageEventArgs<ChannelExtendedDataMessage> e)
    {
        if (e.Message.LocalChannelNumber >= Forwarder.FirstNumber)
        {
            return;
        }

        Empty(_command.ExtendedOutputStream, _emptying);
        _error.Add(e.Message.Data);
    }

    private async Task<Exception?> EndAsync(Task running)
    {
        Exception? failure = null;
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Of SSH.NET, or of the socket below it: the connection is gone.
            failure = e;
        }

        _output.End(failure is null ? null : new IOException("the ssh connection ended: " + failure.Message, failure));
        _error.End();
        return failure;
    }
}
