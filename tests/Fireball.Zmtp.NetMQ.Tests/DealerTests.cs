using System.Net.Sockets;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>What a connection by a NetMQ DEALER promises.</summary>
public sealed class DealerTests : IDisposable
{
    /// <summary>
    /// What is on its way at most without a reader: both windows of 1 MiB, what the buffers of two TCP connections grow to
    /// (tcp_rmem and tcp_wmem: 6 and 4 MiB each), and what the relay holds. NetMQ by itself has 1,000 messages at each end:
    /// of the 64 KiB used here 125 MiB.
    /// </summary>
    private const long MostOnItsWay = 32 << 20;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Messages_arrive_whole_and_in_order_both_ways()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (netMq)
        await using (peer)
        {
            foreach (byte[][] sample in Pair.Samples)
            {
                netMq.Write(sample);
                peer.Write(sample);
            }

            var sending = Task.WhenAll(netMq.FlushAsync(_limit.Token).AsTask(), peer.FlushAsync(_limit.Token).AsTask());
            foreach (byte[][] sample in Pair.Samples)
            {
                Assert.Equal(sample, await peer.ReceiveAsync(_limit.Token));
                Assert.Equal(sample, await netMq.ReceiveAsync(_limit.Token));
            }

            await sending;
            Assert.Equal(0, netMq.UnsentBytes);
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public async Task Closed_over_a_slow_path_it_loses_nothing(int run)
    {
        const int Messages = 1000;
        var (left, right) = await Pair.StreamsAsync(_limit.Token);
        var accepting = ZmtpConnection.AcceptAsync(new SlowStream(right), Pair.Router, _limit.Token);
        var netMq = await NetMqEngine.ConnectAsync(
            await ZmtpConnection.ConnectAsync(left, Pair.Dealer, _limit.Token), Pair.Dealer, _limit.Token);
        await using var peer = await accepting;
        var received = Task.Run(async () =>
        {
            int count = 0;
            while (await peer.ReceiveAsync(_limit.Token) is { } message)
            {
                Assert.Equal(Pair.Bytes(2000, run + count++), message[0]);
            }

            await peer.CloseAsync(_limit.Token);
            return count;
        });
        for (int i = 0; i < Messages; i++)
        {
            netMq.Write(Pair.Bytes(2000, run + i));
        }

        await netMq.CloseAsync(_limit.Token);
        await netMq.DisposeAsync();
        Assert.Equal(Messages, await received);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_makes_the_writer_wait()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (netMq)
        await using (peer)
        {
            byte[] chunk = Pair.Bytes(65536);
            int written = await WriteUntilStuckAsync(netMq, chunk);
            Assert.InRange((long)written * chunk.Length, 1, MostOnItsWay);
            Assert.InRange(netMq.UnsentBytes, 0, MostOnItsWay);
            var flush = netMq.FlushAsync(_limit.Token);
            for (int i = 0; i < written; i++)
            {
                Assert.Equal(chunk, (await peer.ReceiveAsync(_limit.Token))![0]);
            }

            await flush;
            Assert.Equal(0, netMq.UnsentBytes);
        }
    }

    [Fact]
    public async Task A_writer_that_does_not_wait_is_stopped_before_memory_is()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (netMq)
        await using (peer)
        {
            byte[] chunk = Pair.Bytes(1 << 20);
            Assert.Throws<InvalidOperationException>(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    netMq.Write(chunk);
                }
            });
        }
    }

    [Fact]
    public async Task A_reader_that_does_not_come_makes_the_peer_wait()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (netMq)
        await using (peer)
        {
            byte[] chunk = Pair.Bytes(65536);
            int written = await WriteUntilStuckAsync(peer, chunk);
            Assert.InRange((long)written * chunk.Length, 1, MostOnItsWay);
            for (int i = 0; i < written; i++)
            {
                Assert.Equal(chunk, (await netMq.ReceiveAsync(_limit.Token))![0]);
            }
        }
    }

    [Fact]
    public async Task What_the_peer_sent_is_read_before_its_close_is_told()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (netMq)
        {
            for (int i = 0; i < 500; i++)
            {
                peer.Write(Pair.Bytes(i, i));
            }

            var closing = Task.Run(async () =>
            {
                await peer.CloseAsync(_limit.Token);

                // Its other half is open still.
                Assert.Equal("answer"u8.ToArray(), (await peer.ReceiveAsync(_limit.Token))![0]);
                await peer.DisposeAsync();
            });
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal(Pair.Bytes(i, i), (await netMq.ReceiveAsync(_limit.Token))![0]);
            }

            Assert.Null(await netMq.ReceiveAsync(_limit.Token));
            await netMq.SendAsync(_limit.Token, Pair.Text("answer"));
            await netMq.CloseAsync(_limit.Token);
            await closing;
        }
    }

    /// <summary>What NetMQ takes for a reason to end its process, or to fill its memory, does not reach it.</summary>
    [Theory]
    [InlineData(new byte[] { 0x04, 0x00 }, "malformed command")]
    [InlineData(new byte[] { 0x04, 0x01, 0x00 }, "malformed command")]
    [InlineData(new byte[] { 0x08, 0x00 }, "reserved")]
    [InlineData(new byte[] { 0x02, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, "at most")]
    [InlineData(new byte[] { 0x04, 0x05, 0x04, 0x45, 0x56, 0x49, 0x4c }, "which this socket does not serve")]
    public async Task A_peer_that_breaks_the_protocol_ends_the_connection_with_the_reason(byte[] bytes, string reason)
    {
        var (left, right) = await Pair.StreamsAsync(_limit.Token);
        var accepting = ZmtpConnection.AcceptAsync(left, Pair.Router, _limit.Token);
        await using var netMq = await NetMqEngine.ConnectAsync(
            await ZmtpConnection.ConnectAsync(right, Pair.Dealer, _limit.Token), Pair.Dealer, _limit.Token);
        await using var peer = await accepting;
        await peer.SendAsync(_limit.Token, Pair.Text("good"));
        await left.WriteAsync(bytes, _limit.Token);
        Assert.Equal("good"u8.ToArray(), (await netMq.ReceiveAsync(_limit.Token))![0]);
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => netMq.ReceiveAsync(_limit.Token));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Equal(failure.Message, Assert.Throws<ZmtpException>(() => netMq.Write(Pair.Text("more"))).Message);
        Assert.Equal(failure.Message, (await Assert.ThrowsAsync<ZmtpException>(() => netMq.FlushAsync(_limit.Token).AsTask())).Message);
    }

    [Fact]
    public async Task A_message_of_endless_frames_ends_the_connection()
    {
        var (left, right) = await Pair.StreamsAsync(_limit.Token);
        var accepting = ZmtpConnection.AcceptAsync(left, Pair.Router, _limit.Token);
        await using var netMq = await NetMqEngine.ConnectAsync(
            await ZmtpConnection.ConnectAsync(right, Pair.Dealer, _limit.Token), Pair.Dealer, _limit.Token);
        await using var peer = await accepting;
        await left.WriteAsync(Enumerable.Repeat<byte[]>([0x01, 0x00], 2000).SelectMany(frame => frame).ToArray(), _limit.Token);
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => netMq.ReceiveAsync(_limit.Token));
        Assert.Contains("more than 1024 frames", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_vanishes_is_told()
    {
        var (left, right) = await Pair.StreamsAsync(_limit.Token);
        var accepting = ZmtpConnection.AcceptAsync(left, Pair.Router, _limit.Token);
        await using var netMq = await NetMqEngine.ConnectAsync(
            await ZmtpConnection.ConnectAsync(right, Pair.Dealer, _limit.Token), Pair.Dealer, _limit.Token);
        await using var peer = await accepting;
        var reading = netMq.ReceiveAsync(_limit.Token);

        // Inside a message.
        await left.WriteAsync(new byte[] { 0x00, 0x10, 0x01 }, _limit.Token);
        left.Socket.Shutdown(SocketShutdown.Send);
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => reading);
        Assert.Contains("inside a message", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposed_it_ends_all_waits()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (peer)
        {
            var reading = netMq.ReceiveAsync(_limit.Token);
            await netMq.DisposeAsync();
            Assert.Contains("disposed", (await Assert.ThrowsAsync<ZmtpException>(() => reading)).Message, StringComparison.Ordinal);
            Assert.Throws<ZmtpException>(() => netMq.Write(Pair.Text("more")));
        }
    }

    [Fact]
    public async Task Many_connections_share_one_thread()
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Pair.ConnectAsync(_limit.Token)));
        await Task.WhenAll(connections.Select(async (pair, number) =>
        {
            for (int i = 0; i < 20; i++)
            {
                await pair.NetMq.SendAsync(_limit.Token, Pair.Text($"{number}.{i}"));
                await pair.Peer.SendAsync(_limit.Token, (await pair.Peer.ReceiveAsync(_limit.Token))!);
                Assert.Equal(Pair.Text($"{number}.{i}"), (await pair.NetMq.ReceiveAsync(_limit.Token))![0]);
            }

            await pair.NetMq.DisposeAsync();
            await pair.Peer.DisposeAsync();
        }));
    }

    public void Dispose() => _limit.Dispose();

    /// <summary>Writes and flushes until a flush is stuck, or it is too much; the messages written.</summary>
    private async Task<int> WriteUntilStuckAsync(IMessageConnection connection, byte[] chunk)
    {
        for (int written = 1; ; written++)
        {
            if ((long)written * chunk.Length > 2 * MostOnItsWay)
            {
                return written;
            }

            connection.Write(chunk);
            var flush = connection.FlushAsync(_limit.Token).AsTask();
            if (await Task.WhenAny(flush, Task.Delay(Pair.Stuck, _limit.Token)) != flush)
            {
                return written;
            }

            await flush;
        }
    }
}
