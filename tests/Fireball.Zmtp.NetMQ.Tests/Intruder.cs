using System.Diagnostics;
using System.Globalization;
using Fireball.TestSupport;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>Another process, of another user where the test runs as root, that wants to be taken for NetMQ.</summary>
internal sealed class Intruder : IDisposable
{
    // Says what NetMQ would say, and counts what it is told.
    private const string Connecting =
        """
        import socket, sys
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        print("there", flush=True)
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
        ready = b"\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
        count = 0
        try:
            s.sendall(greeting + ready)
            while True:
                data = s.recv(4096)
                if not data: break
                count += len(data)
        except OSError: pass
        print(count, flush=True)
        """;

    // Takes the port that its owner has left, and counts who comes until it is told to stop.
    private const string Listening =
        """
        import select, socket, sys
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", int(sys.argv[1])))
        s.listen()
        print("there", flush=True)
        sys.stdin.readline()
        print(len(select.select([s], [], [], 0)[0]), flush=True)
        """;

    private readonly Process _process;

    private Intruder(Process process) => _process = process;

    public static Task<Intruder> ConnectAsync(int port, CancellationToken limit) => StartAsync(Connecting, port, limit);

    public static Task<Intruder> ListenAsync(int port, CancellationToken limit) => StartAsync(Listening, port, limit);

    /// <summary>What it counted.</summary>
    public async Task<int> CountAsync(CancellationToken limit)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync();
            await _process.StandardInput.FlushAsync(limit);
        }
        catch (IOException)
        {
            // It has counted already.
        }

        return int.Parse((await _process.StandardOutput.ReadLineAsync(limit))!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static async Task<Intruder> StartAsync(string script, int port, CancellationToken limit)
    {
        string[] user = Environment.IsPrivilegedProcess
            ? ["/usr/bin/setpriv", "--reuid", (await LoginUsers.GetAsync()).Uid.ToString(CultureInfo.InvariantCulture), "--clear-groups"]
            : [];
        string[] line = [.. user, "/usr/bin/python3", "-c", script, port.ToString(CultureInfo.InvariantCulture)];
        var process = Process.Start(new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        var intruder = new Intruder(process);
        Assert.Equal("there", await process.StandardOutput.ReadLineAsync(limit));
        return intruder;
    }
}
