using System.Net;
using Fireball.TestSupport;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>NetMQ's hop through loopback TCP, which every local user can reach.</summary>
public sealed class LoopbackTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    [RequiresFact("/usr/bin/python3", "/usr/bin/setpriv")]
    public async Task Other_processes_that_connect_first_are_closed_without_a_byte_and_NetMQ_is_still_served()
    {
        List<Intruder> intruders = [];
        try
        {
            var (netMq, peer) = await Pair.ConnectAsync(_limit.Token, async listener =>
            {
                for (int i = 0; i < 3; i++)
                {
                    intruders.Add(await Intruder.ConnectAsync(listener.EndPoint.Port, _limit.Token));
                }
            });
            await using (netMq)
            await using (peer)
            {
                await netMq.SendAsync(_limit.Token, Pair.Text("ping"));
                Assert.Equal("ping"u8.ToArray(), (await peer.ReceiveAsync(_limit.Token))![0]);
                foreach (var intruder in intruders)
                {
                    Assert.Equal(0, await intruder.CountAsync(_limit.Token));
                }
            }
        }
        finally
        {
            intruders.ForEach(intruder => intruder.Dispose());
        }
    }

    [RequiresFact("/usr/bin/python3", "/usr/bin/setpriv")]
    public async Task Without_NetMQ_there_is_no_connection_for_any_other()
    {
        using var listener = new OwnListener();
        using var intruder = await Intruder.ConnectAsync(listener.EndPoint.Port, _limit.Token);
        using var patience = new CancellationTokenSource();
        var accepting = listener.AcceptAsync(patience.Token);
        Assert.Equal(0, await intruder.CountAsync(_limit.Token));
        Assert.False(accepting.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    [RequiresFact("/usr/bin/python3", "/usr/bin/setpriv")]
    public async Task NetMQ_does_not_come_back_to_another_process_that_takes_the_port()
    {
        int port = 0;
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token, listener =>
        {
            port = listener.EndPoint.Port;
            return Task.CompletedTask;
        });
        using var intruder = await Intruder.ListenAsync(port, _limit.Token);
        await using (netMq)
        {
            // What is lost with the connection is not sent by another.
            netMq.Write(Pair.Text("secret"));
            await peer.DisposeAsync();
            await Record.ExceptionAsync(() => netMq.ReceiveAsync(_limit.Token));
            await Record.ExceptionAsync(() => netMq.FlushAsync(_limit.Token).AsTask());
        }

        Assert.Equal(0, await intruder.CountAsync(_limit.Token));
    }

    [Fact]
    public async Task A_connection_that_cannot_be_opened_closes_the_peers()
    {
        var (far, peer) = await Pair.OursAsync(_limit.Token);
        await using (peer)
        {
            var listener = new OwnListener();
            listener.Dispose();
            await Assert.ThrowsAsync<ZmtpException>(() => DealerConnection.OpenAsync(far, Pair.Dealer, listener, _limit.Token));
            Assert.Null(await peer.ReceiveAsync(_limit.Token));
        }
    }

    [Fact]
    public void A_row_of_the_kernels_table_is_found_by_both_its_addresses()
    {
        string[] table =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 4211 1 0000000000000000 20 4 30 10 -1",
            "   2: 0100007F:9C42 0100007F:1F90 06 00000000:00000000 03:00000176 00000000     0        0 0 3 0000000000000000",
            "   3: 0100007F",
        ];
        Assert.Equal(4211ul, TcpTable.FindInode(table, At(40000), At(8080)));
        Assert.Equal(0ul, TcpTable.FindInode(table, At(8080), At(40000)));
        Assert.Equal(0ul, TcpTable.FindInode(table, At(40002), At(8080)));
        Assert.Equal(0ul, TcpTable.FindInode([], At(40000), At(8080)));

        static IPEndPoint At(int port) => new(IPAddress.Loopback, port);
    }

    public void Dispose() => _limit.Dispose();
}
