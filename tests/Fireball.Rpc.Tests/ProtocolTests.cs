using Fireball.Rpc.V1;
using Fireball.TestSupport;
using Fireball.Zmtp;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class ProtocolTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(MutantCount.Of(50)));
    private readonly RpcServer _server = new();

    public ProtocolTests() => Probe.BindService(_server.Services, new ProbeService());

    public static TheoryData<string> Violations => [.. Broken.Keys];

    private static Dictionary<string, Envelope[]> Broken => new()
    {
        ["a call started twice"] = [Start(5, "Chat"), Start(5, "Chat")],
        ["a call started after a later one"] = [Start(5, "Chat"), Start(4, "Chat")],
        ["call 0 started"] = [Start(0, "Chat")],
        ["a half-close of a call never started"] = [new() { Call = 9, HalfClose = new() }],
        ["credit for a call never started"] = [new() { Call = 9, Credit = new() { Bytes = 1 } }],
        ["a half-close twice"] = [Start(1, "Chat"), new() { Call = 1, HalfClose = new() }, new() { Call = 1, HalfClose = new() }],
        ["headers from a client"] = [Start(1, "Chat"), new() { Call = 1, Headers = new() }],
        ["trailers from a client"] = [Start(1, "Chat"), new() { Call = 1, Trailers = new() }],
        ["going_away from a client"] = [new() { GoingAway = new() }],
        ["a ping in a call"] = [new() { Call = 1, Ping = new() }],
        ["a payload without a message"] = [Start(1, "Chat"), new() { Call = 1, Payload = new() }],
        ["no kind"] = [new() { Call = 1 }],
        ["an empty envelope"] = [new()],
        ["too much credit"] = [Start(1, "Chat"), .. Enumerable.Repeat(new Envelope { Call = 1, Credit = new() { Bytes = uint.MaxValue } }, 300)],
        ["a metadata key that is none"] = [WithMetadata("bad key", "x"u8)],
        ["a metadata value with a line break"] = [WithMetadata("key", "a\nb"u8)],
        ["a metadata key and a value with line breaks"] = [WithMetadata("bad\nkey", "a\nb"u8)],
    };

    [Theory, MemberData(nameof(Violations))]
    public async Task The_server_ends_a_connection_with(string violation)
    {
        var (peer, serving) = await ServeAsync();
        foreach (var envelope in Broken[violation])
        {
            await peer.SendAsync(envelope);
        }

        var e = await Assert.ThrowsAsync<RpcProtocolException>(() => serving.WaitAsync(_limit.Token));
        Assert.DoesNotContain(e.Message, char.IsControl);
        await peer.DisposeAsync();
        await AnswersAsync();
    }

    [Fact]
    public async Task The_server_ends_a_connection_with_bytes_that_are_no_envelope()
    {
        foreach (var frame in new byte[][] { [0xff, 0xff, 0xff], [0x08], [], new byte[70_000] })
        {
            var (peer, serving) = await ServeAsync();
            await peer.SendAsync(frame);
            await Assert.ThrowsAsync<RpcProtocolException>(() => serving.WaitAsync(_limit.Token));
            await peer.DisposeAsync();
        }

        await AnswersAsync();
    }

    [Fact]
    public async Task The_server_ends_a_connection_that_sends_without_credit()
    {
        await using var server = new RpcServer();
        Probe.BindService(server.Services, new ProbeService
        {
            OnCollect = async (_, context) =>
            {
                await context.CancellationToken.Cancelled();
                return new Note();
            },
        });
        var (peer, accepted) = await Transports.ConnectAsync("memory", _limit.Token);
        var serving = server.ServeAsync(accepted);
        await peer.SendAsync(Start(1, "Collect"));
        var chunk = new Note { Body = ByteString.CopyFrom(new byte[200_000]) };
        for (var i = 0; i < 2; i++)
        {
            await peer.SendAsync(new Envelope { Call = 1, Payload = new() }, chunk);
        }

        await peer.SendAsync(new Envelope { Ping = new() { Number = 4 } });
        Assert.Equal(4ul, (await peer.ReceiveAsync(_limit.Token)).Pong.Number);
        await peer.SendAsync(new Envelope { Call = 1, Payload = new() }, chunk);
        await Assert.ThrowsAsync<RpcProtocolException>(() => serving.WaitAsync(_limit.Token));
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Requests_whose_half_close_never_comes_are_bounded()
    {
        await using var server = new RpcServer(new RpcOptions { MaxUnreadBytes = 1_000_000 });
        Probe.BindService(server.Services, new ProbeService());
        var (peer, accepted) = await Transports.ConnectAsync("memory", _limit.Token);
        var serving = server.ServeAsync(accepted);
        var note = new Note { Body = ByteString.CopyFrom(new byte[600_000]) };
        for (var call = 1ul; call <= 2; call++)
        {
            await peer.SendAsync(Start(call, "Unary"));
            await peer.SendAsync(new Envelope { Call = call, Payload = new() }, note);
        }

        var refused = await peer.ReceiveAsync(_limit.Token);
        Assert.Equal((2ul, (uint)StatusCode.ResourceExhausted), (refused.Call, refused.Trailers.Status));
        await peer.SendAsync(new Envelope { Call = 1, Cancel = new() });
        await peer.SendAsync(Start(3, "Unary"));
        await peer.SendAsync(new Envelope { Call = 3, Payload = new() }, note);
        await peer.SendAsync(new Envelope { Call = 3, HalfClose = new() });
        var answer = await peer.ReceiveAsync(_limit.Token);
        Assert.Equal((3ul, Envelope.KindOneofCase.Payload), (answer.Call, answer.KindCase));
        await peer.CloseAsync();
        await serving.WaitAsync(_limit.Token);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_late_for_an_ended_call_is_ignored()
    {
        var (peer, serving) = await ServeAsync();
        await peer.SendAsync(Start(1, "Chat"));
        await peer.SendAsync(new Envelope { Call = 1, Cancel = new() });
        await peer.SendAsync(new Envelope { Call = 1, Payload = new() }, new Note { Number = 1 });
        await peer.SendAsync(new Envelope { Call = 1, Credit = new() { Bytes = 1 } });
        await peer.SendAsync(new Envelope { Call = 1, HalfClose = new() });
        await peer.SendAsync(new Envelope { Call = 1, Cancel = new() });
        await peer.SendAsync(Start(2, "Unary"));
        await peer.SendAsync(new Envelope { Call = 2, Payload = new() }, new Note { Number = 1 });
        await peer.SendAsync(new Envelope { Call = 2, HalfClose = new() });
        Assert.Equal(Envelope.KindOneofCase.Payload, (await peer.ReceiveAsync(_limit.Token)).KindCase);
        var trailers = await peer.ReceiveAsync(_limit.Token);
        Assert.Equal((2ul, 0u), (trailers.Call, trailers.Trailers.Status));
        await peer.CloseAsync();
        await serving.WaitAsync(_limit.Token);
        await peer.DisposeAsync();
    }

    [Theory]
    [InlineData("no request", StatusCode.Internal)]
    [InlineData("two requests", StatusCode.Internal)]
    [InlineData("a request that is none", StatusCode.Internal)]
    public async Task A_unary_call_with_the_wrong_requests_fails_alone(string what, StatusCode expected)
    {
        var (peer, serving) = await ServeAsync();
        await peer.SendAsync(Start(1, "Unary"));
        byte[][] requests = what switch
        {
            "no request" => [],
            "two requests" => [[], []],
            _ => [[0xff, 0xff]],
        };
        foreach (var request in requests)
        {
            await peer.SendAsync(new Envelope { Call = 1, Payload = new() }.ToByteArray(), request);
        }

        await peer.SendAsync(new Envelope { Call = 1, HalfClose = new() });
        var trailers = await peer.ReceiveAsync(_limit.Token);
        Assert.Equal((uint)expected, trailers.Trailers.Status);
        await peer.CloseAsync();
        await serving.WaitAsync(_limit.Token);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task The_client_ends_a_connection_whose_server_breaks_the_protocol()
    {
        Envelope[] broken =
        [
            Start(1, "Chat"),
            new() { Call = 1, HalfClose = new() },
            new() { Call = 9, Trailers = new() },
            new() { Call = 9, Headers = new() },
            new() { Call = 1 },
        ];
        foreach (var envelope in broken)
        {
            var (client, peer) = await Transports.ConnectAsync("memory", _limit.Token);
            await using var channel = new RpcChannel(client);
            using var call = new Probe.ProbeClient(channel.CallInvoker).Chat();
            await peer.ReceiveAsync(_limit.Token);
            await peer.SendAsync(envelope);
            await call.ResponseStream.MoveNext(_limit.Token).FailsWithAsync(StatusCode.Unavailable);
            var closed = await channel.Closed.WaitAsync(_limit.Token);
            Assert.IsType<RpcProtocolException>(closed.DebugException);
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task No_mutation_of_a_session_hurts_another_one()
    {
        byte[][][] session =
        [
            [Start(1, "Chat").ToByteArray()],
            [new Envelope { Call = 1, Payload = new() }.ToByteArray(), new Note { Number = 1, Text = "one" }.ToByteArray()],
            [new Envelope { Call = 1, Credit = new() { Bytes = 1000 } }.ToByteArray()],
            [WithMetadata("key-bin", [1, 2, 3]).ToByteArray()],
            [new Envelope { Call = 2, Payload = new() }.ToByteArray(), new Note { Number = 2 }.ToByteArray()],
            [new Envelope { Ping = new() { Number = 3 } }.ToByteArray()],
            [new Envelope { Call = 2, HalfClose = new() }.ToByteArray()],
            [new Envelope { Call = 1, Cancel = new() }.ToByteArray()],
        ];
        var random = new Random(20261122);
        int mutants = MutantCount.Of(600);
        for (var mutant = 0; mutant < mutants; mutant++)
        {
            var (peer, serving) = await ServeAsync();
            var victim = random.Next(session.Length);
            try
            {
                for (var i = 0; i < session.Length; i++)
                {
                    await peer.SendAsync(i == victim ? Mutate(session[i], random) : session[i]);
                }

                await peer.CloseAsync();
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                // The server closed first.
            }

            try
            {
                await serving.WaitAsync(_limit.Token);
            }
            catch (IOException)
            {
                // Refused, as most mutants are.
            }
            catch (Exception failure)
            {
                Assert.Fail($"mutant {mutant}: {failure}");
            }

            await peer.DisposeAsync();
        }

        await AnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    private static byte[][] Mutate(byte[][] frames, Random random)
    {
        var copy = frames.Select(frame => frame.ToArray()).ToArray();
        ref var frame = ref copy[random.Next(copy.Length)];
        switch (random.Next(5))
        {
            case 0 when frame.Length > 0:
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when frame.Length > 0:
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
                break;
            case 2:
                frame = frame[..random.Next(frame.Length + 1)];
                break;
            case 3:
                random.NextBytes(frame);
                break;
            default:
                return [.. copy, .. frames];
        }

        return copy;
    }

    private static Envelope Start(ulong call, string method) => new() { Call = call, Start = RawPeer.StartOf(method) };

    private static Envelope WithMetadata(string key, ReadOnlySpan<byte> value)
    {
        var start = Start(2, "Unary");
        start.Start.Metadata.Add(new MetadataEntry { Key = key, Value = ByteString.CopyFrom(value) });
        return start;
    }

    private async Task<(IMessageConnection Peer, Task Serving)> ServeAsync()
    {
        var (peer, accepted) = await Transports.ConnectAsync("memory", _limit.Token);
        return (peer, _server.ServeAsync(accepted));
    }

    /// <summary>The server still serves others.</summary>
    private async Task AnswersAsync()
    {
        var (client, accepted) = await Transports.ConnectAsync("memory", _limit.Token);
        var serving = _server.ServeAsync(accepted);
        await using var channel = new RpcChannel(client);
        var response = await new Probe.ProbeClient(channel.CallInvoker).UnaryAsync(new Note { Number = 3 }, cancellationToken: _limit.Token);
        Assert.Equal(3, response.Number);
        await channel.ShutdownAsync(_limit.Token);
        await serving.WaitAsync(_limit.Token);
    }
}
