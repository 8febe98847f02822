using System.Globalization;
using System.IO.Compression;
using Fireball.Controller;

namespace Fireball.BenchCore;

/// <summary>How big the agent is, and what it needs while idle and under load.</summary>
internal static class AgentSection
{
    private const double MiB = 1 << 20;
    private const long FlowBytes = 10L << 30;

    public static async Task RunAsync(Bed bed, Report report)
    {
        Report.Section("the agent");
        var image = await File.ReadAllBytesAsync(bed.AgentPath);
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(image);
        }

        report.AtMost("executable", image.Length / 1e6, 5, "MB");
        report.AtMost("sent, compressed", compressed.Length / 1e6, 2, "MB");

        await using var host = await bed.ConnectAsync();
        await host.ExecAsync(ExecCommand.Of("/bin/true"));
        var worker = (int)(await host.PingAsync()).Pid;
        var parent = int.Parse(Field(worker, "PPid"), CultureInfo.InvariantCulture);
        // A first collection and the runtime's own start-up work are over by then.
        await Task.Delay(TimeSpan.FromSeconds(3));
        report.AtMost("resident, idle: worker and supervisor", Resident(worker) + Resident(parent), 20, "MiB");
        var before = Switches(worker) + Switches(parent);
        const int Seconds = 20;
        await Task.Delay(TimeSpan.FromSeconds(Seconds));
        Report.Figure("context switches a second, idle", $"{(Switches(worker) + Switches(parent) - before) / (double)Seconds:0.00}");

        double peak = 0;
        await using var process = await host.StartAsync(ExecCommand.OfShell($"head -c {FlowBytes} /dev/zero"));
        long got = 0;
        var seconds = await Shell.SecondsAsync(async () =>
        {
            long next = 0;
            await foreach (var output in process.ReadOutputAsync())
            {
                got += output.Data.Length;
                if (got >= next)
                {
                    peak = Math.Max(peak, Resident(worker) + Resident(parent));
                    next += 256 << 20;
                }
            }
        });
        await process.WaitAsync();
        Report.Figure("10 GiB of output", $"{got / MiB / seconds:0} MiB/s, {(got == FlowBytes ? "complete" : "INCOMPLETE")}");
        report.AtMost("resident while 10 GiB of output flow", peak, 64, "MiB");
        await host.ShutdownAsync();
    }

    private static double Resident(int pid) =>
        int.Parse(Field(pid, "VmRSS").Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0;

    private static long Switches(int pid) => Directory.GetDirectories($"/proc/{pid}/task").Sum(task =>
        File.ReadLines($"{task}/status")
            .Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture)));

    private static string Field(int pid, string name) =>
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith($"{name}:", StringComparison.Ordinal))[(name.Length + 1)..].Trim();
}
