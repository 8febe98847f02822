using System.Diagnostics;
using System.Net.Sockets;

namespace Fireball.BenchCore;

/// <summary>
/// What a round trip through the tunnel costs without any protocol: 64 bytes to an echo server on the target and
/// back, through an `ssh -L` that has a session open as well (without one, sshd leaves TCP_NODELAY off).
/// </summary>
internal sealed class EchoFloor : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Task _server;
    private readonly Process _ssh;
    private readonly Socket _client;
    private readonly byte[] _buffer = new byte[64];

    private EchoFloor(Socket listener, Task server, Process ssh, Socket client) =>
        (_listener, _server, _ssh, _client) = (listener, server, ssh, client);

    /// <summary>Starts server, ssh and client in a directory that the login user can enter.</summary>
    public static async Task<EchoFloor> StartAsync(string directory, IEnumerable<string> sshArguments)
    {
        var remote = Path.Combine(directory, "echo");
        var local = Path.Combine(directory, "forward");
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(remote));
        listener.Listen();
        File.SetUnixFileMode(remote, (UnixFileMode)0x1ff);
        var server = Task.Factory.StartNew(() => Serve(listener), TaskCreationOptions.LongRunning);

        var start = new ProcessStartInfo("ssh") 
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])["-L", $"{local}:{remote}", .. sshArguments, "echo up; exec cat"])
        {
            start.ArgumentList.Add(argument);
        }

        var ssh = Process.Start(start)!;
        if (await ssh.StandardOutput.ReadLineAsync() != "up")
        {
            throw new InvalidOperationException("the floor's ssh did not start; its words are above");
        }

        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(local));
        return new EchoFloor(listener, server, ssh, client);
    }

    /// <summary>One round trip, blocking as the cheapest client would.</summary>
    public void Once()
    {
        _client.Send(_buffer);
        for (var got = 0; got < _buffer.Length;)
        {
            got += _client.Receive(_buffer, got, _buffer.Length - got, SocketFlags.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _client.Dispose();
        _ssh.StandardInput.Close();
        await _ssh.WaitForExitAsync();
        _ssh.Dispose();
        await _server;
        _listener.Dispose();
        _stop.Dispose();
    }

    private static void Serve(Socket listener)
    {
        using var peer = listener.Accept();
        var buffer = new byte[64];
        for (int got; (got = peer.Receive(buffer)) > 0;)
        {
            peer.Send(buffer.AsSpan(0, got));
        }
    }
}
