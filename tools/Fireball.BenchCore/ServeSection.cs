using System.Diagnostics;
using System.Globalization;
using Fireball.Controller;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Client = Fireball.V1.Controller.ControllerClient;

namespace Fireball.BenchCore;

/// <summary>What "fireball serve" adds to a call, what a host costs it, and whether 200 clients hold.</summary>
internal static class ServeSection
{
    private const int Hosts = 100;
    private const int Clients = 200;
    private const int CallsEach = 10;

    public static async Task RunAsync(Bed bed, Report report)
    {
        Report.Section("fireball serve");
        var runtime = System.IO.Directory.CreateDirectory(Path.Combine(bed.Directory, "run"), (UnixFileMode)0x1c0).FullName;
        using var serve = Start(bed, runtime);
        await serve.StandardOutput.ReadLineAsync();
        var socket = Path.Combine(runtime, "fireball", "grpc.sock");
        using var channel = GrpcClient.Open(socket);
        var client = new Client(channel);

        await using (var host = await bed.ConnectAsync())
        {
            var all = await Samples.InterleaveAsync(
                1000,
                200,
                ("library call: exec /bin/true", () => host.ExecAsync(ExecCommand.Of("/bin/true"))),
                ("the same through serve, by gRPC", () => ExecAsync(client, bed)));
            Array.ForEach(all, Report.Latency);
            report.AtMost("serve: an exec more than the library call", (all[1].Median - all[0].Median) / 1000, 0.3, "ms");
            await host.ShutdownAsync();
        }

        var before = Resident(serve.Id);
        var request = new RunRequest { Command = True, Parallel = 8 };
        request.Hosts.AddRange(Enumerable.Range(1, Hosts).Select(i => Spec(bed, $"t{i}")));
        await RunAsync(client, request);
        await RunAsync(client, request);
        report.AtMost("serve: resident per open host", (Resident(serve.Id) - before) / Hosts, 300, "KiB");

        var seconds = await Shell.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            using var own = GrpcClient.Open(socket);
            for (var i = 0; i < CallsEach; i++)
            {
                await ExecAsync(new Client(own), bed);
            }
        })));
        Report.Figure($"{Clients} clients, {CallsEach} execs each", $"{Clients * CallsEach / seconds:0} a second, all answered");
        Report.Figure("resident with all of that", $"{Resident(serve.Id) / 1024:0} MiB");
        await Shell.SpawnAsync("/bin/kill", serve.Id.ToString(CultureInfo.InvariantCulture));
        await serve.WaitForExitAsync();
    }

    private static ExecStart True => new() { Argv = { ByteString.CopyFromUtf8("/bin/true") } };

    private static Process Start(Bed bed, string runtime)
    {
        var start = new ProcessStartInfo($"{bed.Command}-serve") { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["XDG_RUNTIME_DIR"] = runtime;
        return Process.Start(start)!;
    }

    private static HostSpec Spec(Bed bed, string name) => new() { Destination = name, SshArguments = { bed.Ssh } };

    private static async Task ExecAsync(Client client, Bed bed)
    {
        using var call = client.Exec();
        await call.RequestStream.WriteAsync(
            new ControllerExecRequest { Start = new ControllerExecStart { Host = Spec(bed, "t"), Command = True } });
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext())
        {
            // To the end.
        }
    }

    private static async Task RunAsync(Client client, RunRequest request)
    {
        using var call = client.Run(request);
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            if (response.Failed is { } failed)
            {
                throw new InvalidOperationException($"{request.Hosts[(int)response.Host].Destination}: {failed.Message}");
            }
        }
    }

    /// <summary>KiB.</summary>
    private static double Resident(int pid) => double.Parse(
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim('\t'),
        CultureInfo.InvariantCulture);
}
