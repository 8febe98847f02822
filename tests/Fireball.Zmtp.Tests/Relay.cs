using System.Net;
using System.Net.Sockets;

namespace Fireball.Zmtp.Tests;

/// <summary>Connects two sockets' bytes through segments of a chosen size.</summary>
internal static class Relay
{
    /// <summary>Copies until the end, never more than <paramref name="nextSize"/> says at a time.</summary>
    public static async Task CopyAsync(Socket from, Socket to, Func<int> nextSize)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var size = Math.Clamp(nextSize(), 1, buffer.Length);
                var count = await from.ReceiveAsync(buffer.AsMemory(0, size));
                if (count == 0)
                {
                    break;
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other direction's end closed both.
        }
    }

    /// <summary>Listens on a loopback port and relays its first connection to <paramref name="target"/>.</summary>
    public static EndPoint Start(EndPoint target, Func<int> nextSize)
    {
        var listener = new Socket(AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _ = RunAsync(listener, target, nextSize);
        return listener.LocalEndPoint!;
    }

    private static async Task RunAsync(Socket listener, EndPoint target, Func<int> nextSize)
    {
        using var client = await listener.AcceptAsync();
        listener.Dispose();
        using var server = new Socket(target.AddressFamily, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(target);
        client.NoDelay = true;
        await Task.WhenAll(CopyAsync(client, server, nextSize), CopyAsync(server, client, nextSize));
    }
}
