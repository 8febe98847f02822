using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class FlowControlTests
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Chunks that may be sent into a window that is not read from: 256 KiB, begun by the last one.</summary>
    private const int ChunksInWindow = 4;

    private static readonly ByteString Chunk = ByteString.CopyFrom(new byte[ChunkSize]);

    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task A_slow_reader_stops_its_own_call_and_no_other(string transport)
    {
        const int Chunks = 200;
        var (written, full) = (0, new SemaphoreSlim(0));
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnCount = async (note, writer, context) =>
            {
                for (var i = 1; i <= note.Number; i++)
                {
                    await writer.WriteAsync(new Note { Number = i, Body = Chunk }, context.CancellationToken);
                    if (note.Text == "slow")
                    {
                        Interlocked.Increment(ref written);
                        full.Release();
                    }
                }
            },
        });
        using var slow = fixture.Client.Count(new Note { Number = Chunks, Text = "slow" }, cancellationToken: fixture.Limit);
        for (var unread = 0; unread < fixture.LeastUnreadResponses; unread += ChunkSize)
        {
            await full.WaitAsync(fixture.Limit);
        }

        using var fast = fixture.Client.Count(new Note { Number = Chunks }, cancellationToken: fixture.Limit);
        Assert.Equal(Chunks, await fast.ResponseStream.ReadAllAsync(fixture.Limit).CountAsync());
        await fixture.Client.UnaryAsync(new Note { Body = Chunk });
        Assert.InRange(Volatile.Read(ref written) * ChunkSize, fixture.LeastUnreadResponses, fixture.MostUnreadResponses);

        Assert.Equal(Chunks, await slow.ResponseStream.ReadAllAsync(fixture.Limit).CountAsync());
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_service_that_does_not_read_stops_its_caller_and_no_other(string transport)
    {
        const int Chunks = 100;
        var (written, read) = (0, new Signal());
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnCollect = async (notes, context) =>
            {
                await read.WaitAsync(context.CancellationToken);
                return new Note { Number = await notes.ReadAllAsync(context.CancellationToken).CountAsync() };
            },
        });
        using var call = fixture.Client.Collect(cancellationToken: fixture.Limit);
        var writing = Task.Run(async () =>
        {
            for (; written < Chunks; Interlocked.Increment(ref written))
            {
                await call.RequestStream.WriteAsync(new Note { Body = Chunk });
            }

            await call.RequestStream.CompleteAsync();
        });
        for (var i = 0; i < 50; i++)
        {
            await fixture.Client.UnaryAsync(new Note { Body = Chunk });
        }

        Assert.InRange(Volatile.Read(ref written) * ChunkSize, 0, fixture.MostUnreadRequests);
        read.Set();
        await writing;
        Assert.Equal(Chunks, (await call).Number);
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_a_caller_is_stopped_at_the_end_of_the_window(string transport)
    {
        var read = new Signal();
        await using var fixture = await ZmtpFixture.StartAsync(transport, new ProbeService
        {
            OnCollect = async (notes, context) =>
            {
                await read.WaitAsync(context.CancellationToken);
                return new Note { Number = await notes.ReadAllAsync(context.CancellationToken).CountAsync() };
            },
        });
        using var call = fixture.Client.Collect(cancellationToken: fixture.Limit);
        for (var i = 0; i < ChunksInWindow; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Body = Chunk });
        }

        var next = call.RequestStream.WriteAsync(new Note { Body = Chunk });
        await fixture.Client.UnaryAsync(new Note { Body = Chunk });
        Assert.False(next.IsCompleted);
        read.Set();
        await next;
        await call.RequestStream.CompleteAsync();
        Assert.Equal(ChunksInWindow + 1, (await call).Number);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_writer_without_a_reader_is_released_by_cancelling(string transport)
    {
        var started = new Signal();
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnCollect = async (_, context) =>
            {
                started.Set();
                await context.CancellationToken.Cancelled();
                return new Note();
            },
        });
        // Not by disposing the call: a write that begins after that is told so, and not that it was cancelled.
        using var cancel = new CancellationTokenSource();
        using var call = fixture.Client.Collect(cancellationToken: cancel.Token);
        var writing = Task.Run(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Note { Body = Chunk });
            }
        });
        await started.WaitAsync(fixture.Limit);
        await cancel.CancelAsync();
        await writing.FailsWithAsync(StatusCode.Cancelled);
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_empty_messages_are_bounded_too(string transport)
    {
        const int Window = 1024;
        var written = 0;
        var full = new Signal();
        var client = new RpcOptions { InitialWindow = Window };
        await using var fixture = await ZmtpFixture.StartAsync(
            transport,
            new ProbeService
            {
                OnCount = async (note, writer, context) =>
                {
                    for (var i = 0; i < 1000; i++)
                    {
                        await writer.WriteAsync(new Note(), context.CancellationToken);
                        if (++written == Window / 64)
                        {
                            full.Set();
                        }
                    }
                },
            },
            clientOptions: client);
        using var call = fixture.Client.Count(new Note(), cancellationToken: fixture.Limit);
        await full.WaitAsync(fixture.Limit);
        await fixture.Client.UnaryAsync(new Note());
        Assert.Equal(Window / 64, Volatile.Read(ref written));
        Assert.Equal(1000, await call.ResponseStream.ReadAllAsync(fixture.Limit).CountAsync());
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_what_all_calls_leave_unread_is_bounded(string transport)
    {
        // One unread window of 256 KiB fits, a second one does not.
        var client = new RpcOptions { MaxUnreadBytes = 400 * 1024 };
        var (written, release) = (new SemaphoreSlim(0), new Signal());
        await using var fixture = await ZmtpFixture.StartAsync(
            transport,
            new ProbeService
            {
                OnCount = async (note, writer, context) =>
                {
                    try
                    {
                        for (var i = 0; i < ChunksInWindow; i++)
                        {
                            await writer.WriteAsync(new Note { Body = Chunk }, context.CancellationToken);
                        }
                    }
                    finally
                    {
                        written.Release();
                    }

                    await release.WaitAsync(context.CancellationToken);
                },
            },
            clientOptions: client);
        AsyncServerStreamingCall<Note>[] calls = [.. Enumerable.Range(0, 3).Select(_ => fixture.Client.Count(new Note()))];
        foreach (var _ in calls)
        {
            await written.WaitAsync(fixture.Limit);
        }

        // After the answer to this one, everything sent before it has been taken or refused.
        await fixture.Client.UnaryAsync(new Note());
        release.Set();
        var refused = 0;
        foreach (var call in calls)
        {
            try
            {
                Assert.Equal(ChunksInWindow, await call.ResponseStream.ReadAllAsync(fixture.Limit).CountAsync());
            }
            catch (RpcException failure)
            {
                Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
                refused++;
            }
        }

        Assert.Equal(2, refused);
        Assert.Equal(ChunksInWindow, await fixture.Client.Count(new Note()).ResponseStream.ReadAllAsync(fixture.Limit).CountAsync());
    }

    [Theory, MemberData(nameof(All))]
    public async Task Bulk_arrives_whole_through_growing_windows(string transport)
    {
        const int Chunks = 512;
        await using var fixture = await Fixture.StartAsync(transport);
        using var call = fixture.Client.Chat(cancellationToken: fixture.Limit);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Chunks; i++)
            {
                await call.RequestStream.WriteAsync(new Note { Number = i, Body = Chunk });
            }

            await call.RequestStream.CompleteAsync();
        });
        var expected = 0;
        await foreach (var note in call.ResponseStream.ReadAllAsync(fixture.Limit))
        {
            Assert.Equal(expected++, note.Number);
            Assert.Equal(ChunkSize, note.Body.Length);
        }

        await sending;
        Assert.Equal(Chunks, expected);
    }
}
