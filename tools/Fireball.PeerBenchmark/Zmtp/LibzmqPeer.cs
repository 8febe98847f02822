namespace Fireball.PeerBenchmark;

/// <summary>The reference implementation by its Python binding; both its processes are zmtp_libzmq.py's.</summary>
internal sealed class LibzmqPeer : IZmtpPeer
{
    private readonly PeerProcess _process;

    private LibzmqPeer(ZmtpCarrier carrier, PeerProcess process) => (Carrier, _process) = (carrier, process);

    public string Engine => "libzmq by pyzmq";

    public ZmtpCarrier Carrier { get; }

    public static async Task<IZmtpPeer> StartAsync(ZmtpCarrier carrier)
    {
        var process = PeerProcess.Start(
            "/usr/bin/python3",
            Path.Combine(AppContext.BaseDirectory, "Zmtp", "zmtp_libzmq.py"),
            carrier == ZmtpCarrier.UnixSocket ? "ipc" : "tcp");
        await process.ReadLineAsync();
        return new LibzmqPeer(carrier, process);
    }

    public Task<double> EchoAsync(int size, int count) => _process.MeasureAsync($"echo {size} {count}");

    public Task<double> OneWayAsync(int size, int count) => _process.MeasureAsync($"one-way {size} {count}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
