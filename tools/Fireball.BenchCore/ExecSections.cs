using System.Diagnostics;
using Fireball.Controller;

namespace Fireball.BenchCore;

/// <summary>What one command costs.</summary>
internal static class ExecSections
{
    private static readonly ExecCommand True = ExecCommand.Of("/bin/true");

    /// <summary>The library call on an open host, against its floor.</summary>
    public static async Task ExecAsync(Bed bed, Report report)
    {
        Report.Section("exec /bin/true, library call on an open host, sequential");
        await using var floor = await EchoFloor.StartAsync(bed.Directory, [.. bed.Ssh, "t"]);
        await using var host = await bed.ConnectAsync();
        await using var grpc = await bed.ConnectByGrpcAsync();
        var all = await Samples.InterleaveAsync(
            1000,
            200,
            ("floor: 64 bytes through ssh -L and back", () => Done(floor.Once)),
            ("floor: posix_spawn and waitpid", () => Done(SpawnFloor.Once)),
            ("fireball: exec", () => host.ExecAsync(True)),
            ("fireball: ping (a call without a process)", () => host.PingAsync()),
            ("fireball: exec over gRPC", () => grpc.ExecAsync(True)),
            ("fireball: ping over gRPC", () => grpc.PingAsync()));
        Array.ForEach(all, Report.Latency);
        report.AtMost("exec / (echo + spawn)", all[2].Median / (all[0].Median + all[1].Median), 1.15);
        report.AtMost("exec: p99 / median", all[2].P99 / all[2].Median, 2);
        Report.Figure("exec over gRPC / over ZMTP", $"{all[4].Median / all[2].Median:0.00}");
        await host.ShutdownAsync();
        await grpc.ShutdownAsync();
    }

    /// <summary>Whole processes of the command line, against ssh over a ControlMaster.</summary>
    public static async Task CommandAsync(Bed bed, Report report)
    {
        Report.Section("the same as whole processes");
        var control = Path.Combine(bed.Directory, "mux");
        string[] master = [.. bed.Ssh, "-o", $"ControlPath={control}"];
        var opened = Process.Start("ssh", [.. master, "-M", "-N", "-f", "t"]);
        await opened.WaitForExitAsync();
        var all = await Samples.InterleaveAsync(
            200,
            20,
            ("ssh t /bin/true, over a ControlMaster", () => Shell.SpawnAsync("/usr/bin/ssh", [.. master, "t", "/bin/true"])),
            ("fireball exec t -- /bin/true", () => Shell.SpawnAsync(bed.Command, ["exec", .. bed.Ssh, "t", "--", "/bin/true"])),
            ("fireball --version (the process alone)", () => Shell.SpawnAsync(bed.Command, "--version")));
        Array.ForEach(all, Report.Latency);
        report.AtMost("fireball exec / ssh over ControlMaster", all[1].Median / all[0].Median, 0.5);
        await Shell.RunAsync($"{bed.Command} down {string.Join(' ', bed.Ssh)} t; ssh {string.Join(' ', master)} -O exit t");
    }

    /// <summary>Many at a time, against a loop of posix_spawn on the same cores.</summary>
    public static async Task ConcurrencyAsync(Bed bed, Report report)
    {
        Report.Section("exec /bin/true, 32 in flight");
        await using var host = await bed.ConnectAsync();
        var ratios = new List<double>();
        for (var round = 0; round < 6; round++)
        {
            var local = Math.Max(SpawnFloor.Rate(1, 1000), SpawnFloor.Rate(Environment.ProcessorCount, 1000));
            const int Each = 60;
            var seconds = await Shell.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
            {
                for (var i = 0; i < Each; i++)
                {
                    await host.ExecAsync(True);
                }
            })));
            var rate = 32 * Each / seconds;
            if (round > 0)
            {
                ratios.Add(rate / local);
                Report.Figure($"round {round}", $"fireball {rate:0}/s   local posix_spawn loop {local:0}/s");
            }
        }

        ratios.Sort();
        report.AtLeast("execs / local spawns, 32 in flight", ratios[ratios.Count / 2], 0.85);
        await host.ShutdownAsync();
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
