using global::NetMQ;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>What a program that uses NetMQ itself does to the connections here when it cleans up.</summary>
[Collection(nameof(CleanupCollection))]
public sealed class CleanupTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Cleanup_ends_every_connection_with_a_reason_and_later_ones_work()
    {
        var (netMq, peer) = await Pair.ConnectAsync(_limit.Token);
        await using (peer)
        {
            await netMq.SendAsync(_limit.Token, Pair.Text("before"));
            Assert.Equal(Pair.Text("before"), (await peer.ReceiveAsync(_limit.Token))![0]);
            var reading = netMq.ReceiveAsync(_limit.Token);

            // It waits until every socket is closed, which their thread does when it is told.
            await Task.Run(() => NetMQConfig.Cleanup(block: true)).WaitAsync(_limit.Token);

            var failure = await Assert.ThrowsAsync<ZmtpException>(() => reading);
            Assert.NotEmpty(failure.Message);
            Assert.DoesNotContain('\n', failure.Message);
            Assert.Throws<ZmtpException>(() => netMq.Write(Pair.Text("more")));
            await netMq.DisposeAsync();
        }

        (netMq, var next) = await Pair.ConnectAsync(_limit.Token);
        await using (netMq)
        await using (next)
        {
            await netMq.SendAsync(_limit.Token, Pair.Text("after"));
            Assert.Equal(Pair.Text("after"), (await next.ReceiveAsync(_limit.Token))![0]);
        }
    }

    public void Dispose() => _limit.Dispose();
}
