using Fireball.TestSupport;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

/// <summary>How many writes to the transport a call takes on each side.</summary>
public sealed class BatchingTests : IAsyncDisposable
{
    private static readonly WriteOptions Hint = new(WriteFlags.BufferHint);

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly RpcServer _server = new();
    private CountingStream _clientStream = null!;
    private CountingStream _serverStream = null!;
    private RpcChannel _channel = null!;

    [Fact]
    public async Task A_unary_call_takes_one_write_each_way()
    {
        var client = await StartAsync(new ProbeService
        {
            OnUnary = async (note, context) =>
            {
                context.WriteOptions = Hint;
                await context.WriteResponseHeadersAsync(new Metadata { { "a", "b" } });
                return note;
            },
        });
        Assert.Equal((1, 1), await WritesOfAsync(async () => await client.UnaryAsync(new Note { Number = 1 })));
    }

    [Fact]
    public async Task A_duplex_call_with_hints_takes_one_write_each_way()
    {
        var client = await StartAsync(new ProbeService
        {
            OnChat = async (notes, writer, context) =>
            {
                var count = await notes.ReadAllAsync(context.CancellationToken).CountAsync();
                writer.WriteOptions = Hint;
                for (var i = 0; i < count; i++)
                {
                    await writer.WriteAsync(new Note { Number = i });
                }
            },
        });
        Assert.Equal((1, 1), await WritesOfAsync(async () =>
        {
            using var call = client.Chat(new CallOptions(writeOptions: Hint));
            await call.RequestStream.WriteAsync(new Note());
            await call.RequestStream.WriteAsync(new Note());
            await call.RequestStream.CompleteAsync();
            Assert.Equal(2, await call.ResponseStream.ReadAllAsync(_limit.Token).CountAsync());
        }));
    }

    [Fact]
    public async Task What_is_buffered_leaves_when_its_answer_is_waited_for()
    {
        var client = await StartAsync(new ProbeService
        {
            OnChat = async (notes, writer, context) =>
            {
                writer.WriteOptions = Hint;
                while (await notes.MoveNext(context.CancellationToken))
                {
                    await writer.WriteAsync(notes.Current);
                }
            },
        });
        using var call = client.Chat(new CallOptions(writeOptions: Hint));
        await call.RequestStream.WriteAsync(new Note { Number = 5 });
        Assert.True(await call.ResponseStream.MoveNext(_limit.Token));
        Assert.Equal(5, call.ResponseStream.Current.Number);
    }

    [Fact]
    public async Task A_call_started_with_a_hint_starts_when_its_headers_are_waited_for()
    {
        var client = await StartAsync(new ProbeService
        {
            OnChat = (_, _, context) => context.WriteResponseHeadersAsync(new Metadata { { "a", "b" } }),
        });
        using var call = client.Chat(new CallOptions(writeOptions: Hint));
        Assert.Equal("b", (await call.ResponseHeadersAsync.WaitAsync(_limit.Token)).GetValue("a"));
    }

    [Fact]
    public async Task Credit_is_returned_by_half_windows_not_by_messages()
    {
        const int Messages = 2000;
        var client = await StartAsync(new ProbeService());
        var (mine, _) = await WritesOfAsync(async () =>
        {
            using var call = client.Count(new Note { Number = Messages, Body = ByteString.CopyFrom(new byte[1000]) });
            Assert.Equal(Messages, await call.ResponseStream.ReadAllAsync(_limit.Token).CountAsync());
        });

        // 2.1 MB by at least 128 KiB a grant: at most 17 writes, and the call's start.
        Assert.InRange(mine, 2, 18);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    private async Task<Probe.ProbeClient> StartAsync(ProbeService service)
    {
        Probe.BindService(_server.Services, service);
        var (left, right) = Transports.Memory();
        (_clientStream, _serverStream) = (new CountingStream(left), new CountingStream(right));
        var (client, accepted) = await Transports.ConnectAsync(_clientStream, _serverStream, _limit.Token);
        _ = _server.ServeAsync(accepted);
        _channel = new RpcChannel(client);
        return new Probe.ProbeClient(_channel.CallInvoker);
    }

    private async Task<(int Client, int Server)> WritesOfAsync(Func<Task> calls)
    {
        var before = (_clientStream.Writes, _serverStream.Writes);
        await calls();
        return (_clientStream.Writes - before.Item1, _serverStream.Writes - before.Item2);
    }
}
