namespace Fireball.Zmtp.Tests;

/// <summary>No allocation per frame, exactly.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(64, 1)]
    [InlineData(64, 2)]
    [InlineData(1000, 4)]
    [InlineData(60_000, 2)]
    public async Task A_message_is_sent_and_received_without_allocating(int frameSize, int frameCount)
    {
        var (client, server) = await Connections.PairAsync(MechanismKind.Null);
        await using var _ = client;
        await using var __ = server;
        var body = new byte[frameSize];

        // What is made once, is made in the first round. The runtime recompiles nothing: see the project file.
        var rounds = Enumerable.Range(0, 10).Select(_ => Exchange(client, server, body, frameCount, 1000)).ToList();
        Assert.All(rounds.Skip(1), allocated => Assert.Equal(0, allocated));
    }

    /// <summary>All on this thread, so that this thread's count is the whole count.</summary>
    private static long Exchange(ZmtpConnection client, ZmtpConnection server, byte[] body, int frameCount, int messages)
    {
        var state = (body, frameCount);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < messages; i++)
        {
            client.Write(state, static (writer, state) =>
            {
                for (var frame = 1; frame <= state.frameCount; frame++)
                {
                    writer.BeginFrame(state.body.Length, more: frame < state.frameCount);
                    state.body.CopyTo(writer.GetSpan(state.body.Length));
                    writer.Advance(state.body.Length);
                }
            });
            var flush = client.FlushAsync();
            var wait = server.WaitToReadAsync();
            if (!flush.IsCompletedSuccessfully || !wait.IsCompletedSuccessfully || !wait.Result
                || !server.TryRead(out var message) || message.FrameCount != frameCount || message.First.Length != body.Length)
            {
                throw new InvalidOperationException("A message within the socket's buffer did not pass at once.");
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
