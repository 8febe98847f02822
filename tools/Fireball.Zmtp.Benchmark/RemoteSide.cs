using System.Globalization;

namespace Fireball.Zmtp.Benchmark;

/// <summary>The side that echoes or sends.</summary>
internal static class RemoteSide
{
    /// <summary>Bytes written before a flush is waited for: 64 KiB, the size of what Fireball sends at a time.</summary>
    private const int FlushAt = 64 * 1024;

    public static async Task RunAsync(string verb, string path, int size, int count)
    {
        await using var connection = await Endpoints.ConnectAsync(path);
        var body = new byte[size];
        if (verb == "echo")
        {
            while (await connection.WaitToReadAsync())
            {
                while (connection.TryRead(out _))
                {
                    connection.Write(body);
                }

                await connection.FlushAsync();
            }
        }
        else
        {
            var warmUp = count / 11;
            await SendAsync(connection, body, warmUp);
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            await SendAsync(connection, body, count - warmUp);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            Console.WriteLine((allocated / (double)(count - warmUp)).ToString(CultureInfo.InvariantCulture));
        }

        await connection.CloseAsync();
    }

    private static async Task SendAsync(ZmtpConnection connection, byte[] body, int count)
    {
        for (var i = 0; i < count; i++)
        {
            connection.Write(body);
            if (connection.UnsentBytes >= FlushAt)
            {
                await connection.FlushAsync();
            }
        }

        await connection.FlushAsync();
    }
}
