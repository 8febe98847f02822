using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// A ProxyCommand that adds a fixed delay in each direction: bytes keep their order and their spacing, bandwidth is
/// not limited. Run as `fireball-bench delay-relay MILLISECONDS HOST PORT` between ssh and sshd.
/// </summary>
internal static class DelayRelay
{
    /// <summary>The first argument that makes this program a relay.</summary>
    public const string Verb = "delay-relay";

    // What a read takes at most.
    private const int ReadBytes = 65536;

    // Bounded: a link of 50 ms holds at most so many reads before the reader waits, 256 MiB.
    private const int MaxReads = 4096;

    /// <summary>Relays standard input and output until the server closes.</summary>
    public static async Task<int> RunAsync(TimeSpan delay, string host, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port);
        await using var stream = new NetworkStream(socket);
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        _ = PumpAsync(input, stream, delay, () => socket.Shutdown(SocketShutdown.Send));

        // When the server is gone, what the client would still say has no reader, and its read ends with the process.
        await PumpAsync(stream, output, delay, () => { });
        return 0;
    }

    // Threads, which sleep to some 50 us; timers go by milliseconds.
    private static Task PumpAsync(Stream from, Stream to, TimeSpan delay, Action end)
    {
        var line = new BlockingCollection<(long Due, byte[] Data)>(MaxReads);
        _ = OnThread(() =>
        {
            byte[] buffer = new byte[ReadBytes];
            try
            {
                for (int got; (got = from.Read(buffer)) > 0;)
                {
                    line.Add((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer[..got]));
                }
            }
            catch (IOException)
            {
                // Reset: an end like any other.
            }

            line.CompleteAdding();
        });
        return OnThread(() =>
        {
            foreach ((long due, byte[] data) in line.GetConsumingEnumerable())
            {
                MonotonicSleep.Until(due);
                to.Write(data);
                to.Flush();
            }

            end();
        });
    }

    private static Task OnThread(Action action) => Task.Factory.StartNew(
        action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
