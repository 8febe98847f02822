using Fireball.Controller;

namespace Fireball.BenchCore;

/// <summary>What connecting and distance cost.</summary>
internal static class LinkSections
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    /// <summary>The first command on a host, agent there, against a bare ssh.</summary>
    public static async Task FirstUseAsync(Bed bed, Report report)
    {
        Report.Section("first use of a host");
        var ssh = string.Join(' ', bed.Ssh);
        var all = await Samples.InterleaveAsync(
            12,
            2,
            ("ssh t true", () => Shell.SpawnAsync("/usr/bin/ssh", [.. bed.Ssh, "t", "true"])),
            ("fireball exec --persist 0, agent there", () => Shell.SpawnAsync(bed.Command, ["exec", "--persist", "0", .. bed.Ssh, "t", "--", "true"])));
        Report.Latency(all[0]);
        Report.Latency(all[1]);
        report.AtMost("first exec, agent there / ssh t true", all[1].Median / all[0].Median, 1.5);
        var upload = await Samples.InterleaveAsync(
            6,
            1,
            ("fireball exec --persist 0, agent uploaded", async () =>
            {
                await Shell.RunAsync($"rm -rf {bed.Server.User.Home}/.cache/fireball");
                await Shell.SpawnAsync(bed.Command, ["exec", "--persist", "0", .. bed.Ssh, "t", "--", "true"]);
            }));
        Report.Latency(upload[0]);
    }

    /// <summary>Round trips, with a delay put between ssh and sshd.</summary>
    public static async Task RoundTripsAsync(Bed bed, Report report)
    {
        Report.Section($"round trips, {OneWay.TotalMilliseconds} ms each way between ssh and sshd");
        var relay = $"{Environment.ProcessPath} {typeof(LinkSections).Assembly.Location} delay {OneWay.TotalMilliseconds} %h %p";
        var roundTrip = 2 * OneWay.TotalMicroseconds;
        await using var near = await bed.ConnectAsync();
        await using var far = await bed.ConnectAsync("-o", $"ProxyCommand={relay}");
        var command = ExecCommand.Of("/bin/true");
        var exec = await Samples.InterleaveAsync(
            40, 5, ("exec near", () => near.ExecAsync(command)), ("exec far", () => far.ExecAsync(command)));
        Array.ForEach(exec, Report.Latency);
        report.AtMost("exec: round trips", (exec[1].Median - exec[0].Median) / roundTrip, 1.2, "RTT");

        var tree = Path.Combine(bed.Directory, "thousand");
        Directory.CreateDirectory(tree);
        for (var i = 0; i < 1000; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(tree, $"{i}"), $"file {i}\n");
        }

        var target = 0;
        var put = await Samples.InterleaveAsync(
            5,
            1,
            ("put of 1,000 small files near", () => near.PutAsync([tree], $"near{++target}")),
            ("put of 1,000 small files far", () => far.PutAsync([tree], $"far{++target}")));
        Array.ForEach(put, Report.Latency);
        report.AtMost("put of 1,000 files: round trips", (put[1].Median - put[0].Median) / roundTrip, 10, "RTT");
        await near.ExecAsync(ExecCommand.OfShell("rm -rf near* far*"));
        await far.ShutdownAsync();
        await near.ShutdownAsync();
    }
}
