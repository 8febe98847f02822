using Fireball.TestSupport;

namespace Fireball.PeerBenchmark;

/// <summary>
/// gRPC over a Unix-domain socket, two processes each: ours, grpcio and, where this was also built with
/// -p:UseGrpcPackages=true, Grpc.AspNetCore with Grpc.Net.Client. In turn, round after round; medians of the rounds.
/// </summary>
internal static class GrpcSection
{
    private const int Rounds = 9;

    /// <summary>In turn: microseconds, calls a second, MiB a second.</summary>
    private static readonly (string Command, string Name, string Unit)[] Works =
    [
        ("unary 2000", "unary echo of 64 bytes, sequential", "us"),
        ("concurrent 20000", "the same, 32 in flight", "calls/s"),
        ("stream 4096", "stream of 64-KiB responses", "MiB/s"),
    ];

    public static async Task RunAsync(Report report)
    {
        Report.Section("gRPC over a Unix-domain socket, two processes each");
        using var directory = new TemporaryDirectory("fbgrpcio");
        await using var ours = await GrpcPeer.StartDotnetAsync("ours", build: null);
        await using var python = await GrpcPeer.StartPythonAsync("grpcio (C core)", directory);
        await using var packages = File.Exists(PackagesBuild)
            ? await GrpcPeer.StartDotnetAsync("Grpc.AspNetCore, Grpc.Net.Client", PackagesBuild)
            : null;
        GrpcPeer[] peers = packages is null ? [ours, python] : [ours, python, packages];
        foreach (var (command, name, unit) in Works)
        {
            var figures = await Interleaved.MediansAsync(Rounds, [.. peers.Select(peer => (Func<Task<double>>)(() => peer.MeasureAsync(command)))]);
            foreach (var (peer, figure) in peers.Zip(figures))
            {
                Report.Figure(
                    $"{name}: {peer.Name}", $"{figure:0} {unit}" + (peer == ours ? "" : $"   ours / this: {figures[0] / figure:0.00}"));
            }

            if (unit == "us")
            {
                report.AtMost("unary latency / grpcio's", figures[0] / figures[1], 0.7);
            }

            if (packages is not null)
            {
                // A tenth is this measurement's own spread.
                var ratio = unit == "us" ? figures[2] / figures[0] : figures[0] / figures[2];
                report.AtLeast($"{name}: ours as good as the packages", ratio, 0.9);
            }
        }
    }

    private static string PackagesBuild => OwnBuild.With("grpc-packages");
}
