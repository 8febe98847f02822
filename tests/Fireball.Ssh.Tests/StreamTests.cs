using System.Security.Cryptography;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>What a stream to the agent does, by each way: fault catalogue, rows 1 to 3 and 31 below the calls.</summary>
public sealed class StreamTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    public static TheoryData<string, bool> Ways => Connectors.With(false, true);

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Ways))]
    public async Task Pieces_of_odd_sizes_pass_whole_in_both_directions_at_once(string connector, bool bridge)
    {
        await using var session = await OpenAsync(connector, bridge);
        await ExchangeAsync(await StreamAsync(session), 24 << 20);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task New_keys_in_the_middle_of_a_transfer_harm_nothing(string connector)
    {
        await using var server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["RekeyLimit 1M", "LogLevel DEBUG1"] });
        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = ScriptedAgent.Images });
        await ExchangeAsync(await StreamAsync(session), 16 << 20);
        Assert.True(server.Log.Split("rekeying in progress").Length > 4 || server.Log.Split("SSH2_MSG_NEWKEYS received").Length > 4);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Ways))]
    public async Task A_slow_reader_stops_the_writer_and_then_gets_every_byte(string connector, bool bridge)
    {
        await using var session = await OpenAsync(connector, bridge);
        var stream = await StreamAsync(session);

        // More than all buffers on the way there and back hold: windows of 2 MiB, sockets, pipes, ours.
        byte[] sent = RandomNumberGenerator.GetBytes(64 << 20);
        sent[0] = 0xff;
        var sending = stream.WriteAsync(sent).AsTask();
        byte[] received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received.AsMemory(0, 1 << 20)).AsTask().WaitAsync(Connect.Limit);
        Assert.False(sending.IsCompleted);
        await stream.ReadExactlyAsync(received.AsMemory(1 << 20)).AsTask().WaitAsync(Connect.Limit);
        await sending.WaitAsync(Connect.Limit);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_stream_that_is_not_read_holds_no_other_and_ends_when_it_is_closed(string connector)
    {
        await using var session = await OpenAsync(connector, bridge: false);
        var held = await StreamAsync(session);
        var sending = held.WriteAsync(new byte[64 << 20]).AsTask();
        await ExchangeAsync(await StreamAsync(session), 4 << 20);
        Assert.False(sending.IsCompleted);
        await held.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => sending.WaitAsync(Connect.Limit));
        await Connect.EchoAsync(session);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task A_read_that_waits_ends_when_its_stream_or_its_session_is_closed(string connector)
    {
        var session = await OpenAsync(connector, bridge: false);
        var first = await StreamAsync(session);
        var other = await StreamAsync(session);
        var reading = first.ReadAsync(new byte[1]).AsTask();
        var others = other.ReadAsync(new byte[1]).AsTask();
        await first.DisposeAsync();
        await EndsAsync(reading);
        Assert.False(others.IsCompleted);
        await session.DisposeAsync();
        await EndsAsync(others);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await session.OpenStreamAsync());
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Ways))]
    public async Task A_link_that_breaks_in_a_transfer_ends_it_with_the_reason(string connector, bool bridge)
    {
        await using var server = await SshServer.StartAsync();
        await using var session = await Connect.ByAsync(connector, server, Options(bridge));
        var stream = await StreamAsync(session);
        var sending = stream.WriteAsync(new byte[64 << 20]).AsTask();
        await stream.ReadExactlyAsync(new byte[1 << 20]).AsTask().WaitAsync(Connect.Limit);
        Assert.False(sending.IsCompleted);
        Connect.CutAll(server.ProcessId);
        var draining = DrainAsync(stream);
        string reason = await session.Ended.WaitAsync(Connect.Limit);
        Assert.Matches("aborted by the server|closed by remote host|Connection reset|Broken pipe|Connection to .* closed", reason);
        await Assert.ThrowsAnyAsync<IOException>(() => sending.WaitAsync(Connect.Limit));
        await EndsAsync(draining);
    }

    private static SshConnectOptions Options(bool bridge) => new() { Agents = ScriptedAgent.Images, ForceBridge = bridge };

    private async Task<ITunnel> OpenAsync(string connector, bool bridge) =>
        await Connect.ByAsync(connector, fixture.Server, Options(bridge));

    /// <summary>A stream; of a forward's the greeting has been read.</summary>
    private static async Task<Stream> StreamAsync(ITunnel session)
    {
        var stream = await session.OpenStreamAsync();
        if (session.Route == TunnelRoute.Forward)
        {
            await stream.ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(Connect.Limit);
        }

        return stream;
    }

    private static async Task ExchangeAsync(Stream stream, int length)
    {
        using var limit = new CancellationTokenSource(Connect.Limit);
        byte[] sent = RandomNumberGenerator.GetBytes(length);
        sent[0] = 0xff;
        var sending = SendAsync(stream, sent, limit.Token);
        byte[] received = new byte[length];
        for (int at = 0; at < length;)
        {
            int most = Math.Min(1 + Random.Shared.Next(100_000), length - at);
            int count = await stream.ReadAsync(received.AsMemory(at, most), limit.Token);
            Assert.NotEqual(0, count);
            at += count;
        }

        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            // One byte, packets and one byte around them, and more than a queue holds.
            int[] sizes = [1, 1 + Random.Shared.Next(5000), (32 << 10) - 1, 32 << 10, (32 << 10) + 1, Random.Shared.Next(600_000)];
            int count = Math.Min(sizes[Random.Shared.Next(sizes.Length)], bytes.Length);
            await stream.WriteAsync(bytes[..count], cancellationToken);
            bytes = bytes[count..];
        }
    }

    /// <summary>Reads on until the end, whichever it is.</summary>
    private static async Task<int> DrainAsync(Stream stream)
    {
        byte[] buffer = new byte[1 << 20];
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
        {
            // What had come before the end.
        }

        return count;
    }

    /// <summary>A read comes to its end: no bytes, or a failure of the stream.</summary>
    private static async Task EndsAsync(Task<int> reading)
    {
        try
        {
            Assert.Equal(0, await reading.WaitAsync(Connect.Limit));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Assert.NotEmpty(e.Message);
        }
    }
}
