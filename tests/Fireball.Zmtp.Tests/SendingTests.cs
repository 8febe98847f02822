using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Fireball.Zmtp.Tests;

public sealed class SendingTests
{
    [Fact]
    public async Task Messages_of_many_concurrent_writers_arrive_whole_and_each_writers_in_order()
    {
        const int Writers = 16;
        const int Each = 500;
        var (client, server) = await Connections.PairAsync(MechanismKind.Null);
        await using var _ = client;
        await using var __ = server;
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var i = 0; i < Each; i++)
            {
                var body = new byte[random.Next(0, 3000)];
                Array.Fill(body, (byte)writer);
                var head = new byte[8];
                BinaryPrimitives.WriteInt32BigEndian(head, writer);
                BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), i);
                await client.SendAsync(head, body);
            }
        })).ToArray();
        var next = new int[Writers];
        for (var i = 0; i < Writers * Each; i++)
        {
            var frames = await server.ReceiveAsync();
            var writer = BinaryPrimitives.ReadInt32BigEndian(frames[0]);
            Assert.Equal(next[writer]++, BinaryPrimitives.ReadInt32BigEndian(frames[0].AsSpan(4)));
            Assert.False(frames[1].AsSpan().ContainsAnyExcept((byte)writer));
        }

        await Task.WhenAll(writers);
        Assert.Equal(0, client.UnsentBytes);
    }

    [Fact]
    public async Task An_encoder_that_throws_or_leaves_a_message_unfinished_sends_nothing()
    {
        var (client, server) = await Connections.PairAsync(MechanismKind.Null);
        await using var _ = client;
        await using var __ = server;
        client.Write(0, static (writer, _) => Frame(writer, 3, more: false));
        var before = client.UnsentBytes;
        Action<IMessageWriter, int>[] broken =
        [
            static (writer, _) => { Frame(writer, 600_000, more: true); throw new InvalidOperationException("encoder"); },
            static (writer, _) => Frame(writer, 10, more: true),
            static (writer, _) => writer.BeginFrame(10, more: false),
            static (writer, _) => { writer.BeginFrame(1, more: false); writer.Write(new byte[2]); },
            static (writer, _) => { writer.BeginFrame(1, more: false); writer.BeginFrame(1, more: false); },
        ];
        foreach (var encode in broken)
        {
            Assert.ThrowsAny<InvalidOperationException>(() => client.Write(0, encode));
            Assert.Equal(before, client.UnsentBytes);
        }

        Assert.Throws<ArgumentOutOfRangeException>(
            () => client.Write(0, static (writer, _) => Frame(writer, (1 << 20) + 1, more: false)));
        client.Write(0, static (writer, _) => Frame(writer, 4, more: false));
        await client.FlushAsync();
        Assert.Equal(3, Assert.Single(await server.ReceiveAsync()).Length);
        Assert.Equal(4, Assert.Single(await server.ReceiveAsync()).Length);
    }

    [Fact]
    public async Task A_flush_waits_for_a_slow_peer_can_be_given_up_and_loses_nothing()
    {
        var (client, server) = await Connections.PairAsync(MechanismKind.Null);
        await using var _ = client;
        await using var __ = server;
        // Far more than a socket buffers.
        for (var i = 0; i < 16; i++)
        {
            client.Write(0, static (writer, _) => Frame(writer, 1 << 20, more: false));
        }

        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.FlushAsync(timeout.Token).AsTask());
        Assert.NotEqual(0, client.UnsentBytes);
        var flush = client.FlushAsync();
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(1 << 20, Assert.Single(await server.ReceiveAsync()).Length);
        }

        await flush;
        Assert.Equal(0, client.UnsentBytes);
    }

    [Fact]
    public async Task A_writer_that_never_waits_is_stopped_before_memory_is()
    {
        var (client, server) = await Connections.PairAsync(
            new ZmtpOptions { MaxUnsentBytes = 1000 }, Connections.Server(MechanismKind.Null));
        await using var _ = client;
        await using var __ = server;
        client.Write(0, static (writer, _) => Frame(writer, 1001, more: false));
        Assert.Throws<InvalidOperationException>(() => client.Write(0, static (writer, _) => Frame(writer, 1, more: false)));
        await client.FlushAsync();
        client.Write(0, static (writer, _) => Frame(writer, 1, more: false));
    }

    [Fact]
    public async Task What_was_written_before_close_arrives_although_the_peer_was_sending()
    {
        for (var i = 0; i < 50; i++)
        {
            var (client, server) = await Connections.PairAsync(MechanismKind.Null);
            await server.SendAsync("never read");
            await client.SendAsync("one");
            client.Write(0, static (writer, _) => Frame(writer, 100_000, more: false));
            var closing = CloseAsync(client);
            Assert.Equal(["one"], await server.ReceiveTextAsync());
            Assert.Equal(100_000, Assert.Single(await server.ReceiveAsync()).Length);
            Assert.False(await server.WaitToReadAsync());
            await CloseAsync(server);
            await closing;
        }
    }

    [Fact]
    public async Task After_the_peer_is_gone_what_it_said_is_still_read_and_writing_fails()
    {
        var (client, server) = await Connections.PairAsync(MechanismKind.Null);
        await server.SendAsync("last words");
        await CloseWithoutLingerAsync(server);
        var failure = await Assert.ThrowsAsync<ZmtpException>(async () =>
        {
            while (true)
            {
                await client.SendAsync("are you there?");
            }
        });
        Assert.Equal(["last words"], await client.ReceiveTextAsync());
        var later = await Assert.ThrowsAsync<ZmtpException>(() => client.WaitToReadAsync().AsTask());
        Assert.Equal(failure.Message, later.Message);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Two_pipes_carry_a_connection_too()
    {
        var (there, back) = (new Pipe(), new Pipe());
        var accepting = ZmtpConnection.AcceptAsync(
            new DuplexPipe(there.Reader, back.Writer), Connections.Server(MechanismKind.Plain));
        await using var client = await ZmtpConnection.ConnectAsync(
            new DuplexPipe(back.Reader, there.Writer), Connections.Client(MechanismKind.Plain));
        await using var server = await accepting;
        await client.SendAsync("through pipes");
        Assert.Equal(["through pipes"], await server.ReceiveTextAsync());
        await client.CloseAsync();
        Assert.False(await server.WaitToReadAsync());
        await server.CloseAsync();
    }

    [Fact]
    public async Task Disposal_ends_a_pending_read()
    {
        var (client, server) = await Connections.PairAsync(MechanismKind.Null);
        await using var _ = server;
        var reading = client.WaitToReadAsync().AsTask();
        await client.DisposeAsync();
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("disposed", failure.Message, StringComparison.Ordinal);
    }

    private static async Task CloseAsync(ZmtpConnection connection)
    {
        await connection.CloseAsync();
        await connection.DisposeAsync();
    }

    private static Task CloseWithoutLingerAsync(ZmtpConnection connection) => connection.DisposeAsync().AsTask();

    private static void Frame(IMessageWriter writer, int length, bool more)
    {
        writer.BeginFrame(length, more);
        while (length > 0)
        {
            var span = writer.GetSpan();
            var count = Math.Min(span.Length, length);
            span[..count].Clear();
            writer.Advance(count);
            length -= count;
        }
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
