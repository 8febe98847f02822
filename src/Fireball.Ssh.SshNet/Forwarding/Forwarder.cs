using System.Collections.Concurrent;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Connection;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// Channels of a connection to Unix-domain sockets on the host, which SSH.NET does not have: made of its messages. No
/// socket on this machine is part of them. Thread-safe.
/// </summary>
internal sealed class Forwarder : IDisposable
{
    /// <summary>The numbers of these channels begin here; SSH.NET counts its own from 1.</summary>
    internal const uint FirstNumber = 1u << 30;

    private readonly ConcurrentDictionary<uint, ForwardChannel> _channels = [];
    private readonly SessionPort _port;
    private uint _last = FirstNumber - 1;
    private IOException? _end;

    /// <summary>Nothing is opened yet.</summary>
    /// <param name="port">Of a connection that is authenticated.</param>
    internal Forwarder(SessionPort port)
    {
        _port = port;
        port.Session.ChannelOpenConfirmationReceived += OnConfirmed;
        port.Session.ChannelOpenFailureReceived += OnRefused;
        port.Session.ChannelDataReceived += OnData;
        port.Session.ChannelWindowAdjustReceived += OnRoom;
        port.Session.ChannelRequestReceived += OnRequest;
        port.Session.ChannelEofReceived += OnEndOfData;
        port.Session.ChannelCloseReceived += OnClosed;
        port.Session.ErrorOccured += OnError;
        port.Session.Disconnected += OnDisconnected;
    }

    /// <summary>Opens a channel.</summary>
    /// <param name="path">The socket on the host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A stream, or why the host refuses.</returns>
    /// <exception cref="IOException">The connection is gone.</exception>
    internal async Task<(ForwardStream? Stream, string? Refusal)> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var channel = new ForwardChannel(Interlocked.Increment(ref _last), _port.Send, number => _channels.TryRemove(number, out _));
        _channels[channel.Number] = channel;
        if (Volatile.Read(ref _end) is { } end)
        {
            // It ended before the channel was there to be told.
            channel.Lose(end);
        }

        return await channel.OpenAsync(path, cancellationToken).ConfigureAwait(false) is { } refusal
            ? (null, refusal)
            : (new ForwardStream(channel), null);
    }

    /// <summary>Ends them all.</summary>
    public void Dispose() => End("closed");

    private void End(string reason)
    {
        var end = new IOException("the ssh connection ended: " + reason);
        end = Interlocked.CompareExchange(ref _end, end, null) ?? end;
        foreach (var channel in _channels.Values)
        {
            channel.Lose(end);
        }
    }

    private void OnConfirmed(object? sender, MessageEventArgs<ChannelOpenConfirmationMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnConfirmed(e.Message);

    private void OnRefused(object? sender, MessageEventArgs<ChannelOpenFailureMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnRefused(e.Message);

    private void OnData(object? sender, MessageEventArgs<ChannelDataMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnData(e.Message.Data.AsSpan(e.Message.Offset, e.Message.Size));

    private void OnRoom(object? sender, MessageEventArgs<ChannelWindowAdjustMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnRoom(e.Message.BytesToAdd);

    private void OnRequest(object? sender, MessageEventArgs<ChannelRequestMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnRequest(e.Message);

    private void OnEndOfData(object? sender, MessageEventArgs<ChannelEofMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnEndOfData();

    private void OnClosed(object? sender, MessageEventArgs<ChannelCloseMessage> e) =>
        Find(e.Message.LocalChannelNumber)?.OnClosed();

    private void OnError(object? sender, ExceptionEventArgs e) => End(e.Exception.Message);

    private void OnDisconnected(object? sender, EventArgs e) => End("the host closed it");

    private ForwardChannel? Find(uint number) => _channels.GetValueOrDefault(number);
}
