using System.Diagnostics;
using System.Globalization;
using Fireball.TestSupport;

namespace Fireball.BenchCore;

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
        await using var bench = new Contestants(directory);
        var ours = await bench.AddDotnetAsync("ours", Environment.ProcessPath!, typeof(GrpcSection).Assembly.Location);
        var python = await bench.AddPythonAsync("grpcio (C core)");
        var packages = File.Exists(PackagesBuild)
            ? await bench.AddDotnetAsync("Grpc.AspNetCore, Grpc.Net.Client", Environment.ProcessPath!, PackagesBuild)
            : null;
        foreach (var (command, name, unit) in Works)
        {
            await bench.MeasureAsync(command, Rounds);
            foreach (var contestant in bench.All)
            {
                Report.Figure($"{name}: {contestant.Name}", $"{contestant.Median:0} {unit}");
            }

            if (unit == "us")
            {
                report.AtMost("unary latency / grpcio's", ours.Median / python.Median, 0.7);
            }

            if (packages is not null)
            {
                // A tenth is this measurement's own spread.
                var ratio = unit == "us" ? packages.Median / ours.Median : ours.Median / packages.Median;
                report.AtLeast($"{name}: ours as good as the packages", ratio, 0.9);
            }
        }
    }

    /// <summary>This very program on the packages, where it was built: bin/X/... is bin/grpc-packages/X/... then.</summary>
    private static string PackagesBuild => typeof(GrpcSection).Assembly.Location
        .Replace("/bin/Release/", "/bin/grpc-packages/Release/", StringComparison.Ordinal);

    /// <summary>A client process and the server it calls.</summary>
    private sealed class Contestant(string name, Process server, Process client)
    {
        private readonly List<double> _figures = [];

        public string Name => name;

        public double Median => _figures.Order().ElementAt(_figures.Count / 2);

        public void Clear() => _figures.Clear();

        public async Task MeasureAsync(string command, bool counts)
        {
            await client.StandardInput.WriteLineAsync(command);
            await client.StandardInput.FlushAsync();
            var figure = double.Parse(await ReadLineAsync(client), CultureInfo.InvariantCulture);
            if (counts)
            {
                _figures.Add(figure);
            }
        }

        public async Task StopAsync()
        {
            foreach (var process in new[] { client, server })
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    private sealed class Contestants(TemporaryDirectory directory) : IAsyncDisposable
    {
        public List<Contestant> All { get; } = [];

        public async Task<Contestant> AddDotnetAsync(string name, string dotnet, string program)
        {
            var server = Start(dotnet, program, "grpc-server");
            var socket = await ReadLineAsync(server);
            return await AddAsync(name, server, Start(dotnet, program, "grpc-client", socket));
        }

        public async Task<Contestant> AddPythonAsync(string name)
        {
            var sources = AppContext.BaseDirectory;
            await Shell.RunAsync(
                $"protoc -I{sources} --python_out={directory.Path} --grpc_python_out={directory.Path} "
                + $"--plugin=protoc-gen-grpc_python=$(command -v grpc_python_plugin) {sources}/grpc_echo.proto");
            string[] peer = [Path.Combine(sources, "grpc_echo.py"), directory.Path];
            var server = Start("/usr/bin/python3", [.. peer, "server", directory["s"]]);
            await ReadLineAsync(server);
            return await AddAsync(name, server, Start("/usr/bin/python3", [.. peer, "client", directory["s"]]));
        }

        /// <summary>The first rounds warm up: as many as it takes a just-in-time compiler to be done.</summary>
        public async Task MeasureAsync(string command, int rounds)
        {
            const int WarmUp = 3;
            All.ForEach(contestant => contestant.Clear());
            for (var round = 0; round < WarmUp + rounds; round++)
            {
                foreach (var contestant in All)
                {
                    await contestant.MeasureAsync(command, round >= WarmUp);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var contestant in All)
            {
                await contestant.StopAsync();
            }
        }

        private static Process Start(string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            };
            return Process.Start(start)!;
        }

        private async Task<Contestant> AddAsync(string name, Process server, Process client)
        {
            var contestant = new Contestant(name, server, client);
            All.Add(contestant);
            await ReadLineAsync(client);
            return contestant;
        }
    }

    private static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("a peer ended; its words are above");
}
