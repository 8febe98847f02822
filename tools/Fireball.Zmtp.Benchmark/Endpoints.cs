using System.Diagnostics;
using System.Net.Sockets;

namespace Fireball.Zmtp.Benchmark;

/// <summary>A Unix socket, a second process of this program at its other end, and counted allocations.</summary>
internal static class Endpoints
{
    public static async Task<(ZmtpConnection Connection, Process Remote)> StartRemoteAsync(string verb, int size, int count)
    {
        var path = Path.Combine(Path.GetTempPath(), $"zmtp-benchmark-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) is "dotnet")
        {
            start.ArgumentList.Add(typeof(Endpoints).Assembly.Location);
        }

        foreach (var argument in new[] { "remote", verb, path, $"{size}", $"{count}" })
        {
            start.ArgumentList.Add(argument);
        }

        var remote = Process.Start(start)!;
        var socket = await listener.AcceptAsync();
        File.Delete(path);
        return (
            await ZmtpConnection.AcceptAsync(
                new NetworkStream(socket, ownsSocket: true), new ZmtpOptions { SocketType = SocketType.Router }),
            remote);
    }

    public static async Task<ZmtpConnection> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return await ZmtpConnection.ConnectAsync(new NetworkStream(socket, ownsSocket: true), new ZmtpOptions());
    }

    public static void Write(this ZmtpConnection connection, byte[] body) =>
        connection.Write(body, static (writer, body) =>
        {
            writer.BeginFrame(body.Length, more: false);
            body.CopyTo(writer.GetSpan(body.Length));
            writer.Advance(body.Length);
        });
}
