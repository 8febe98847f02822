namespace Fireball.Ssh.SshNet.Tests;

public sealed class ReceiveBufferTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slow_reader_holds_the_writer_back_and_gets_every_byte(bool inline)
    {
        var buffer = new ReceiveBuffer(1000, inline);
        byte[] sent = new byte[10_000];
        Random.Shared.NextBytes(sent);
        var writing = Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < sent.Length; i += 700)
                {
                    buffer.Add(sent.AsSpan(i, Math.Min(700, sent.Length - i)));
                }

                buffer.End();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        byte[] received = new byte[sent.Length];
        await buffer.ReadExactlyAsync(received.AsMemory(0, 1)).AsTask().WaitAsync(Connect.Limit);

        // Ten times what it holds is still to come.
        Assert.False(writing.IsCompleted);
        await buffer.ReadExactlyAsync(received.AsMemory(1)).AsTask().WaitAsync(Connect.Limit);
        Assert.Equal(sent, received);
        Assert.Equal(0, await buffer.ReadAsync(received));
        await writing.WaitAsync(Connect.Limit);
    }

    [Fact]
    public async Task The_end_lets_a_writer_that_waits_go_and_drops_what_it_has()
    {
        var buffer = new ReceiveBuffer(10, readInline: false);
        var writing = Task.Run(() => buffer.Add(new byte[100]));
        byte[] one = new byte[1];
        await buffer.ReadExactlyAsync(one);
        buffer.End(new IOException("the link broke"));
        await writing.WaitAsync(Connect.Limit);
        byte[] rest = new byte[100];
        while (true)
        {
            try
            {
                Assert.NotEqual(0, await buffer.ReadAsync(rest));
            }
            catch (IOException e)
            {
                Assert.Equal("the link broke", e.Message);
                return;
            }
        }
    }

    [Fact]
    public async Task A_read_that_waits_can_be_cancelled_and_the_next_one_gets_the_bytes()
    {
        var buffer = new ReceiveBuffer(10, readInline: true);
        using var cancel = new CancellationTokenSource();
        byte[] bytes = new byte[10];
        var reading = buffer.ReadAsync(bytes, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        buffer.Add([1, 2]);
        Assert.Equal(2, await buffer.ReadAsync(bytes));
    }
}
