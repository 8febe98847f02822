using System.Net.Sockets;
using Fireball.TestSupport;

namespace Fireball.Zmtp.Tests;

/// <summary>
/// A recorded session, damaged: every 1-bit and neighbouring 2-bit flip, every 1- and 2-byte flip, every truncation, and
/// seeded random mutants. None may do more than end its own connection.
/// </summary>
public sealed class MutationTests
{
    /// <summary>Mutants between two checks that a valid session still passes.</summary>
    private const int Batch = 200;

    private static readonly byte[] PlainSession =
    [
        .. RawPeer.GreetingOf("PLAIN"),
        4, 27, 5, .. "HELLO"u8, 8, .. "fireball"u8, 11, .. "open sesame"u8,
        4, 44, 8, .. "INITIATE"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "DEALER"u8, 8, .. "Identity"u8, 0, 0, 0, 0,
        .. Traffic(),
    ];

    private static readonly byte[] NullSession = [.. RawPeer.Handshake, .. Traffic()];

    [Fact]
    public async Task Single_and_double_flips_and_truncations_end_only_their_own_connection()
    {
        foreach (var session in new[] { PlainSession, NullSession })
        {
            await RunAsync(session, Systematic(session));
        }
    }

    [Fact]
    public async Task Tens_of_thousands_of_random_mutants_end_only_their_own_connection()
    {
        await RunAsync(PlainSession, Random(PlainSession, MutantCount.Of(20_000), seed: 20));
        await RunAsync(NullSession, Random(NullSession, MutantCount.Of(20_000), seed: 21));
    }

    [Fact]
    public async Task A_good_neighbour_is_served_after_every_batch_of_mutants()
    {
        var path = Path.Combine(Path.GetTempPath(), $"zmtp-{Guid.NewGuid():N}");
        var endpoint = new UnixDomainSocketEndPoint(path);
        var socket = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endpoint);
        socket.Listen(200);
        using var stopping = new CancellationTokenSource();
        var serving = ServeAsync(socket, stopping.Token);
        await using var neighbour = await ConnectAsync(endpoint);
        var count = 0;
        foreach (var mutant in Systematic(PlainSession).Where(static (_, i) => i % 7 == 0))
        {
            using var raw = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
            await raw.ConnectAsync(endpoint);
            await using var stream = new NetworkStream(raw);
            try
            {
                await raw.SendAsync(mutant);
                raw.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // Closed by the listener before all was sent.
            }

            await stream.ReadToEndAsync();
            if (++count % Batch == 0)
            {
                await neighbour.SendAsync("old", $"{count}");
                Assert.Equal(["old", $"{count}"], await neighbour.ReceiveTextAsync());
                await using var fresh = await ConnectAsync(endpoint);
                await fresh.SendAsync("new");
                Assert.Equal(["new"], await fresh.ReceiveTextAsync());
            }
        }

        Assert.True(count > 2 * Batch);
        await neighbour.CloseAsync();
        await stopping.CancelAsync();
        await serving;
        socket.Dispose();
        File.Delete(path);
    }

    private static async Task ServeAsync(Socket listener, CancellationToken stopping)
    {
        var all = new List<Task>();
        try
        {
            while (true)
            {
                all.Add(EchoAsync(await listener.AcceptAsync(stopping)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(all);
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        try
        {
            await using var connection = await ZmtpConnection.AcceptAsync(
                new NetworkStream(socket, ownsSocket: true), Connections.Server(MechanismKind.Plain));
            while (await connection.WaitToReadAsync())
            {
                await connection.SendAsync(await connection.ReceiveAsync());
            }
        }
        catch (ZmtpException)
        {
            // A mutant.
        }
    }

    private static async Task<ZmtpConnection> ConnectAsync(UnixDomainSocketEndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endpoint);
        return await ZmtpConnection.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true), Connections.Client(MechanismKind.Plain));
    }

    private static async Task RunAsync(byte[] session, IEnumerable<byte[]> mutants)
    {
        var whole = await PlayAsync(session, 0);
        Assert.Equal("4 messages, 604 bytes", whole);
        var (count, refused) = (0, 0);
        foreach (var mutant in mutants)
        {
            count++;
            try
            {
                await PlayAsync(mutant, count);
            }
            catch (ZmtpException)
            {
                // The one way a mutant may fail.
                refused++;
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"mutant {count}, {Convert.ToHexString(mutant)}: {failure}");
            }

            if (count % Batch == 0)
            {
                Assert.Equal(whole, await PlayAsync(session, count));
            }
        }

        // Many mutants change only a message's content or an ignored byte.
        Assert.InRange(refused, count / 10, count - 1);
    }

    /// <summary>What a server of ours makes of these bytes, arriving in segments the seed chooses.</summary>
    private static async Task<string> PlayAsync(byte[] bytes, int seed)
    {
        var mechanism = bytes.Length > 12 && bytes[12] == (byte)'P' ? MechanismKind.Plain : MechanismKind.Null;
        await using var connection = await ZmtpConnection.AcceptAsync(
            new SegmentedStream(bytes, Segments(seed)), Connections.Server(mechanism));
        var (messages, length) = (0, 0L);
        while (await connection.WaitToReadAsync())
        {
            while (connection.TryRead(out var message))
            {
                messages++;
                length += message.First.Length + message.Second.Length + (message.Rest?.Sum(static frame => frame.Length) ?? 0);
            }

            Assert.InRange(connection.ReceiveBufferSize, 0, 1 << 20);
        }

        return $"{messages} messages, {length} bytes";
    }

    private static byte[] Traffic() =>
    [
        0, 1, (byte)'a',
        1, 1, 1, 1, 0, 0, 2, 2, 3,
        4, 9, 4, .. "PING"u8, 0, 10, 1, 2,
        2, 0, 0, 0, 0, 0, 0, 2, 88, .. new byte[600],
        4, 5, 4, .. "PONG"u8,
        0, 0,
    ];

    private static IEnumerable<byte[]> Systematic(byte[] session)
    {
        // Flips in the long body change nothing a parser sees; all but its ends are left out.
        var positions = Enumerable.Range(0, session.Length).Where(i => i < session.Length - 595 || i > session.Length - 12).ToList();
        foreach (var i in positions)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                yield return Changed(session, i, (byte)(session[i] ^ 1 << bit));
                var two = Changed(session, i, (byte)(session[i] ^ 1 << bit));
                var next = bit == 7 ? Math.Min(i + 1, session.Length - 1) : i;
                two[next] ^= (byte)(1 << (bit + 1) % 8);
                yield return two;
            }

            foreach (var value in new byte[] { 0, 0xFF, (byte)~session[i] })
            {
                yield return Changed(session, i, value);
                if (i + 1 < session.Length)
                {
                    var two = Changed(session, i, value);
                    two[i + 1] = value;
                    yield return two;
                }
            }

            yield return session[..i];
        }
    }

    private static IEnumerable<byte[]> Random(byte[] session, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var mutant = session.ToList();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                // Half of the damage after the greeting and the mechanism, where most of the grammar is.
                var at = random.Next(2) == 0 ? random.Next(mutant.Count) : random.Next(mutant.Count / 5);
                switch (random.Next(5))
                {
                    case 0: mutant[at] ^= (byte)(1 << random.Next(8)); break;
                    case 1: mutant[at] = (byte)random.Next(256); break;
                    case 2: mutant.RemoveRange(at, Math.Min(random.Next(1, 5), mutant.Count - at - 1)); break;
                    case 3: mutant.InsertRange(at, Enumerable.Range(0, random.Next(1, 10)).Select(_ => (byte)random.Next(256)).ToList()); break;
                    default: mutant.InsertRange(at, mutant.GetRange(at, Math.Min(random.Next(1, 40), mutant.Count - at))); break;
                }
            }

            yield return [.. mutant];
        }
    }

    // Mostly small ones, sometimes all there is.
    private static Func<int, int> Segments(int seed)
    {
        var random = new Random(seed);
        return most => random.Next(4) == 0 ? most : random.Next(1, Math.Min(most, 16) + 1);
    }

    private static byte[] Changed(byte[] session, int position, byte value)
    {
        var copy = (byte[])session.Clone();
        copy[position] = value;
        return copy;
    }
}
