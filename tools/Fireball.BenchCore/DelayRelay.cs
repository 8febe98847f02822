using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Fireball.BenchCore;

/// <summary>
/// A ProxyCommand that adds a fixed delay in each direction: bytes keep their order and their spacing, bandwidth is
/// not limited. Run as `bench-core delay MILLISECONDS HOST PORT` between ssh and sshd.
/// </summary>
internal static class DelayRelay
{
    /// <summary>Relays standard input and output until the server closes.</summary>
    public static async Task<int> RunAsync(TimeSpan delay, string host, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port);
        await using var stream = new NetworkStream(socket);
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        var up = PumpAsync(input, stream, delay, () => socket.Shutdown(SocketShutdown.Send));
        await PumpAsync(stream, output, delay, () => { });
        // The server is gone; what the client would still say has no reader, and its read ends with the process.
        return up.IsFaulted ? 1 : 0;
    }

    private static async Task PumpAsync(Stream from, Stream to, TimeSpan delay, Action end)
    {
        // Bounded: a link of 25 ms holds at most so many reads of 64 KiB before the reader waits.
        var line = Channel.CreateBounded<(long Due, byte[] Data)>(4096);
        var reader = Task.Run(async () =>
        {
            var buffer = new byte[65536];
            for (int got; (got = await from.ReadAsync(buffer)) > 0;)
            {
                await line.Writer.WriteAsync((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer[..got]));
            }

            line.Writer.Complete();
        });
        await foreach (var (due, data) in line.Reader.ReadAllAsync())
        {
            // The delay is what this program is for.
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            await to.WriteAsync(data);
            await to.FlushAsync();
        }

        end();
        await reader;
    }
}
