using System.Collections.Concurrent;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>What no sshd does: numbers that cannot be, silence and refusals at each point. Messages are given by hand.</summary>
public sealed class ForwardChannelTests : IDisposable
{
    private const uint Number = 7;

    // Of the host's end.
    private const uint Remote = 99;

    private readonly BlockingCollection<Message> _sent = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ForwardChannel _channel;

    public ForwardChannelTests() => _channel = new ForwardChannel(Number, _sent.Add, _ => _ended.TrySetResult());

    public void Dispose()
    {
        _channel.Lose(new IOException("the test is over"));
        _channel.Dispose();
    }

    [Fact]
    public async Task Nothing_is_sent_beyond_the_hosts_window_and_packet()
    {
        await OpenAsync(window: 10, packet: 4);
        var writing = _channel.WriteAsync(new byte[15], default).AsTask();
        Assert.Equal([4, 4, 2], [Data(), Data(), Data()]);
        _channel.OnRoom(1);
        Assert.Equal(1, Data());
        _channel.OnRoom(100);
        Assert.Equal(4, Data());
        await writing.WaitAsync(Connect.Limit);
        Assert.Empty(_sent);
    }

    [Fact]
    public async Task A_window_larger_than_there_can_be_ends_the_stream_with_the_reason()
    {
        await OpenAsync(window: uint.MaxValue, packet: 32 << 10);
        _channel.OnRoom(1);
        await FailsAsync("the host breaks the ssh protocol: it has more room than there can be");
        Assert.IsType<ChannelCloseMessage>(Take());
    }

    [Fact]
    public async Task A_packet_larger_than_it_may_be_ends_the_stream_with_the_reason()
    {
        await OpenAsync();
        _channel.OnData(new byte[ChannelWindows.MaxPacket + 1]);
        await FailsAsync("the host breaks the ssh protocol: it sends more than there is room for");
    }

    [Fact]
    public async Task More_than_the_window_ends_the_stream_and_takes_no_memory()
    {
        await OpenAsync();
        byte[] packet = new byte[ChannelWindows.MaxPacket];
        for (int i = 0; i < ChannelWindows.Receiving / packet.Length; i++)
        {
            _channel.OnData(packet);
        }

        Assert.Empty(_sent);
        _channel.OnData([1]);
        Assert.IsType<ChannelCloseMessage>(Take());

        // What came before is read, then the reason.
        byte[] buffer = new byte[ChannelWindows.Receiving];
        Assert.Equal(buffer.Length, await _channel.Received.ReadAsync(buffer));
        await FailsAsync("the host breaks the ssh protocol: it sends more than there is room for");
    }

    [Fact]
    public async Task Room_is_given_back_as_bytes_are_read()
    {
        await OpenAsync();
        byte[] packet = new byte[ChannelWindows.MaxPacket];
        long given = 0;
        for (int i = 0; i < 1000; i++)
        {
            _channel.OnData(packet);
            Assert.Equal(packet.Length, await _channel.Received.ReadAsync(packet));
            if (i % 8 == 7)
            {
                var message = Assert.IsType<ChannelWindowAdjustMessage>(Take());
                Assert.Equal(Remote, message.LocalChannelNumber);
                given += message.BytesToAdd;
            }
        }

        Assert.Equal(1000L * packet.Length, given);
    }

    [Fact]
    public async Task A_channel_that_takes_no_packets_is_not_opened()
    {
        var opening = _channel.OpenAsync("/a", default);
        _channel.OnConfirmed(new ChannelOpenConfirmationMessage(Number, 1000, 0, Remote));
        var e = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Connect.Limit));
        Assert.Equal("the host breaks the ssh protocol: it takes packets of no byte", e.Message);
    }

    [Theory]
    [InlineData(1, "administratively prohibited")]
    [InlineData(4, "resource shortage")]
    [InlineData(77, "unknown reason")]
    public async Task A_refusal_is_told_in_one_printable_line(uint code, string words)
    {
        var opening = _channel.OpenAsync("/a", default);
        _channel.OnRefused(new ChannelOpenFailureMessage(Number, "no\n\u001b[2J", code));
        string refusal = (await opening.WaitAsync(Connect.Limit))!;
        Assert.StartsWith($"open failed: {words}: no", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal, char.IsControl);
        await _ended.Task.WaitAsync(Connect.Limit);
    }

    [Fact]
    public async Task An_opening_that_was_given_up_is_closed_when_the_host_grants_it_after_all()
    {
        using var cancel = new CancellationTokenSource();
        var opening = _channel.OpenAsync("/a", cancel.Token);
        Assert.IsType<ChannelOpenMessage>(Take());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        _channel.OnConfirmed(new ChannelOpenConfirmationMessage(Number, 1000, 1000, Remote));
        Assert.Equal(Remote, Assert.IsType<ChannelCloseMessage>(Take()).LocalChannelNumber);
        _channel.OnClosed();
        await _ended.Task.WaitAsync(Connect.Limit);
    }

    [Fact]
    public async Task The_hosts_close_is_answered_and_ends_both_directions()
    {
        await OpenAsync(window: 0);
        var writing = _channel.WriteAsync(new byte[1 << 20], default).AsTask();
        _channel.OnData([1]);
        _channel.OnClosed();
        var e = await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(Connect.Limit));
        Assert.Equal("the agent closed the connection", e.Message);
        Assert.IsType<ChannelCloseMessage>(Take());
        byte[] buffer = new byte[10];
        Assert.Equal(1, await _channel.Received.ReadAsync(buffer));
        Assert.Equal(0, await _channel.Received.ReadAsync(buffer));
        await _ended.Task.WaitAsync(Connect.Limit);
    }

    [Fact]
    public async Task Closed_here_it_sends_what_the_host_has_room_for_and_does_not_wait_for_more()
    {
        await OpenAsync(window: 3);
        await _channel.WriteAsync(new byte[5], default);
        _channel.Dispose();
        Assert.Equal(3, Data());
        Assert.IsType<ChannelCloseMessage>(Take());
        await Assert.ThrowsAsync<IOException>(async () => await _channel.WriteAsync(new byte[1], default));
    }

    [Fact]
    public async Task Requests_that_want_an_answer_get_one()
    {
        await OpenAsync();
        _channel.OnRequest(new ChannelRequestMessage(Number, new LivenessRequest()));
        Assert.Equal(Remote, Assert.IsType<ChannelFailureMessage>(Take()).LocalChannelNumber);
    }

    [Fact]
    public async Task A_connection_that_is_gone_ends_every_wait()
    {
        await OpenAsync(window: 0);
        var writing = _channel.WriteAsync(new byte[1 << 20], default).AsTask();
        var reading = _channel.Received.ReadAsync(new byte[1]).AsTask();
        _channel.Lose(new IOException("the link broke"));
        Assert.Equal("the link broke", (await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(Connect.Limit))).Message);
        Assert.Equal("the link broke", (await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Connect.Limit))).Message);
    }

    private async Task OpenAsync(uint window = 1 << 20, uint packet = 32 << 10)
    {
        var opening = _channel.OpenAsync("/a", default);
        Assert.IsType<ChannelOpenMessage>(Take());
        _channel.OnConfirmed(new ChannelOpenConfirmationMessage(Number, window, packet, Remote));
        Assert.Null(await opening.WaitAsync(Connect.Limit));
    }

    private async Task FailsAsync(string reason)
    {
        var reading = _channel.Received.ReadExactlyAsync(new byte[1]).AsTask();
        Assert.Equal(reason, (await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Connect.Limit))).Message);
    }

    private int Data() => Assert.IsType<ChannelDataMessage>(Take()).Size;

    private Message Take() => _sent.TryTake(out var message, Connect.Limit) ? message : throw new TimeoutException("nothing was sent");

    /// <summary>A request that wants an answer, as sshd asks whether this end is there.</summary>
    private sealed class LivenessRequest : RequestInfo
    {
        public LivenessRequest() => WantReply = true;

        public override string RequestName => "keepalive@openssh.com";
    }
}
