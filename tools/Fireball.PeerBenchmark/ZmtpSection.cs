namespace Fireball.PeerBenchmark;

/// <summary>
/// The ZMTP layer alone, beside other implementations: libzmq's local_lat and local_thr, in turn, round after round;
/// medians of the rounds.
/// </summary>
internal static class ZmtpSection
{
    private const int Rounds = 5;

    /// <summary>The counts make half a second or so of each.</summary>
    private static readonly (string Name, int Size, int Count)[] Works =
    [
        ("echo", 64, 5000),
        ("echo", 1024, 5000),
        ("one way", 64, 1_000_000),
        ("one way", 1024, 300_000),
        ("one way", 65_536, 15_000),
    ];

    public static async Task RunAsync(Report report)
    {
        Report.Section("ZMTP, two processes each");
        List<IZmtpPeer> peers = [];
        try
        {
            foreach (var start in ZmtpPeers.All)
            {
                peers.Add(await start());
            }

            foreach (var (name, size, count) in Works)
            {
                var figures = await Interleaved.MediansAsync(Rounds, [.. peers.Select(peer => Measurement(peer, name, size, count))]);
                Print(name, size, [.. peers.Zip(figures)], report);
            }
        }
        finally
        {
            foreach (var peer in peers)
            {
                await peer.DisposeAsync();
            }
        }
    }

    private static Func<Task<double>> Measurement(IZmtpPeer peer, string work, int size, int count) =>
        work == "echo" ? () => peer.EchoAsync(size, count) : () => peer.OneWayAsync(size, count);

    private static void Print(string work, int size, IReadOnlyList<(IZmtpPeer Peer, double Figure)> results, Report report)
    {
        var echo = work == "echo";
        foreach (var (peer, figure) in results)
        {
            var ours = results.Single(result => result.Peer is FireballZmtpPeer && result.Peer.Carrier == peer.Carrier).Figure;
            var ratio = ours / figure;
            Report.Figure(
                $"{work} of {size} B, {peer.Carrier}: {peer.Engine}",
                (echo ? $"{figure:0.0} us" : $"{figure / 1e6:0.000} M msg/s, {figure * size / (1 << 20):0} MiB/s")
                + (peer is FireballZmtpPeer ? "" : $"   Fireball's / this: {ratio:0.00}"));
            switch (work, size)
            {
                // What the design asks for, on Unix sockets.
                case ("echo", 64) when peer is FireballZmtpPeer && peer.Carrier == ZmtpCarrier.UnixSocket:
                    report.AtMost("ZMTP echo of 64 B, Unix socket", figure, 60, "us");
                    break;
                case ("one way", 64) when peer is FireballZmtpPeer && peer.Carrier == ZmtpCarrier.UnixSocket:
                    report.AtLeast("ZMTP one way, 64 B, Unix socket", figure / 1e6, 2, "M msg/s");
                    break;
                case ("one way", 65_536) when peer is not FireballZmtpPeer && peer.Carrier == ZmtpCarrier.UnixSocket:
                    report.AtLeast("ZMTP one way of 64 KiB, Unix socket / libzmq's, rate", ratio, 1);
                    break;
            }
        }
    }
}
