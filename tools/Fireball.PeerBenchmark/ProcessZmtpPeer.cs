namespace Fireball.PeerBenchmark;

/// <summary>An implementation whose two processes are a program's: it says that it is ready, and answers with figures.</summary>
internal sealed class ProcessZmtpPeer : IZmtpPeer
{
    private readonly PeerProcess _process;

    private ProcessZmtpPeer(string engine, ZmtpCarrier carrier, PeerProcess process) =>
        (Engine, Carrier, _process) = (engine, carrier, process);

    public string Engine { get; }

    public ZmtpCarrier Carrier { get; }

    /// <summary>The reference implementation by its Python binding; both its processes are zmtp_libzmq.py's.</summary>
    public static Task<IZmtpPeer> StartLibzmqAsync(ZmtpCarrier carrier) => StartAsync("libzmq by pyzmq", carrier, PeerProcess.Start(
        "/usr/bin/python3",
        Path.Combine(AppContext.BaseDirectory, "zmtp_libzmq.py"),
        carrier == ZmtpCarrier.UnixSocket ? "ipc" : "tcp"));

    /// <summary>NetMQ; TCP is all that it speaks.</summary>
    public static Task<IZmtpPeer> StartNetMqAsync() => StartAsync(
        "NetMQ", ZmtpCarrier.TcpLoopback, PeerProcess.StartSelf(NetMqProcess.Verb));

    private static async Task<IZmtpPeer> StartAsync(string engine, ZmtpCarrier carrier, PeerProcess process)
    {
        await process.ReadLineAsync();
        return new ProcessZmtpPeer(engine, carrier, process);
    }

    public Task<double> EchoAsync(int size, int count) => _process.MeasureAsync($"echo {size} {count}");

    public Task<double> OneWayAsync(int size, int count) => _process.MeasureAsync($"one-way {size} {count}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
