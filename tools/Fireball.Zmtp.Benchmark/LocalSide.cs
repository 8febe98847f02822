using System.Diagnostics;
using System.Globalization;

namespace Fireball.Zmtp.Benchmark;

/// <summary>The side that measures.</summary>
internal static class LocalSide
{
    /// <summary>Messages before the measurement: the code is compiled and the buffers have their size.</summary>
    private const int WarmUp = 10_000;

    public static async Task<(double Median, double P99, double Allocated)> LatencyAsync(int size, int count)
    {
        var (connection, remote) = await Endpoints.StartRemoteAsync("echo", size, WarmUp + count);
        var body = new byte[size];
        var times = new double[count];
        await RoundTripsAsync(connection, body, new double[WarmUp]);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        await RoundTripsAsync(connection, body, times);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        await EndAsync(connection, remote);
        Array.Sort(times);
        return (times[count / 2], times[count * 99 / 100], allocated / (double)count);
    }

    public static async Task<(double Seconds, double Sent, double Received)> ThroughputAsync(int size, int count)
    {
        var warmUp = count / 10;
        var (connection, remote) = await Endpoints.StartRemoteAsync("send", size, warmUp + count);
        await ReceiveAsync(connection, warmUp);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        await ReceiveAsync(connection, count);
        var seconds = watch.Elapsed.TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var sent = double.Parse((await remote.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await EndAsync(connection, remote);
        return (seconds, sent, allocated / (double)count);
    }

    private static async Task RoundTripsAsync(ZmtpConnection connection, byte[] body, double[] times)
    {
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            connection.Write(body);
            await connection.FlushAsync();
            await connection.WaitToReadAsync();
            connection.TryRead(out _);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
    }

    private static async Task ReceiveAsync(ZmtpConnection connection, int count)
    {
        while (count > 0 && await connection.WaitToReadAsync())
        {
            while (count > 0 && connection.TryRead(out _))
            {
                count--;
            }
        }
    }

    private static async Task EndAsync(ZmtpConnection connection, Process remote)
    {
        await connection.CloseAsync();
        await connection.DisposeAsync();
        await remote.WaitForExitAsync();
        remote.Dispose();
    }
}
