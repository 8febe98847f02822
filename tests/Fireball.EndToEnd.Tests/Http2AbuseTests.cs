using System.Buffers.Binary;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>What a bad peer does to HTTP/2 costs its own connection only: others are answered meanwhile, by the published program.</summary>
public sealed class Http2AbuseTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    // RFC 9113, 7.
    private const int ProtocolError = 1;

    private const string ListHosts = "/fireball.v1.ControllerService/ListHosts";

    /// <summary>A program that serves 200 clients in 100 MiB has not lost its footing.</summary>
    private const long MostMemory = 256L << 20;

    [EndToEndFact]
    public async Task Ten_thousand_rapid_resets()
    {
        // CVE-2023-44487.
        byte[] headers = Http2Peer.RequestHeaders(ListHosts);
        var cancel = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(cancel, 8);
        int sent = 0;
        await AnswersMeanwhileAsync(async peer =>
        {
            for (bool open = true; sent < 10_000 && open; sent++)
            {
                peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, (2 * sent) + 1, headers);
                peer.Write(Http2Peer.ResetStream, 0, (2 * sent) + 1, cancel);
                open = sent % 100 != 99 || await peer.FlushAsync();
            }
        },
        received => Assert.Equal(0, received.DataBytes));

        // Kestrel ends such a connection, at once or with what was sent still unread.
        Assert.InRange(sent, 200, 10_000);
    }

    [EndToEndFact]
    public async Task Headers_without_end() => await AnswersMeanwhileAsync(async peer =>
    {
        peer.Write(Http2Peer.Headers, Http2Peer.EndStream, 1, Http2Peer.RequestHeaders(ListHosts));

        // A literal field "x-0: 100 bytes", over and over, in CONTINUATION frames.
        byte[] field = [0, 3, (byte)'x', (byte)'-', (byte)'0', 100, .. Enumerable.Repeat((byte)'a', 100)];
        byte[] block = [.. Enumerable.Repeat(field, 100).SelectMany(bytes => bytes)];
        for (var i = 0; i < 1000 && await peer.FlushAsync(); i++)
        {
            peer.Write(Http2Peer.Continuation, 0, 1, block);
        }
    },
    received => Assert.Equal(ProtocolError, received.GoAway));

    [EndToEndFact]
    public async Task A_window_that_stays_shut() => await AnswersMeanwhileAsync(async peer =>
    {
        for (var i = 0; i < 100; i++)
        {
            peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, (2 * i) + 1, Http2Peer.RequestHeaders(ListHosts));
            peer.Write(Http2Peer.Data, Http2Peer.EndStream, (2 * i) + 1, RawCall.EmptyMessage);
        }

        Assert.True(await peer.FlushAsync());
    },
    received => Assert.Equal((100, 0), (received.Headers, received.DataBytes)));

    private async Task AnswersMeanwhileAsync(Func<Http2Peer, Task> abuse, Action<Http2Received> check)
    {
        await using ServingBed bed = await ServingBed.StartAsync(fixture);

        // SETTINGS_INITIAL_WINDOW_SIZE (4) of 0: no byte of a response's body may be sent.
        using Http2Peer peer = await Http2Peer.ConnectAsync(bed.Socket, (4, 0));
        using var good = new HttpMessageInvoker(GrpcClient.CreateHandler(bed.Socket));
        await AskAsync(good);
        Task<Http2Received> reading = peer.ReadToEndAsync();
        Task abusing = Task.Run(() => abuse(peer));
        for (var i = 0; i < 100 || !abusing.IsCompleted; i++)
        {
            await AskAsync(good);
        }

        await abusing.WaitAsync(Until.Limit);
        Assert.InRange(Processes.PeakMemory(bed.Pid), 1, MostMemory);
        await bed.TerminateAsync();
        check(await reading.WaitAsync(Until.Limit));
    }

    private static async Task AskAsync(HttpMessageInvoker client)
    {
        using HttpRequestMessage request = RawCall.Request("", RawCall.EmptyMessage);
        request.RequestUri = new Uri($"http://localhost{ListHosts}");
        using HttpResponseMessage response = await client.SendAsync(request, CancellationToken.None).WaitAsync(Until.Limit);
        await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }
}
