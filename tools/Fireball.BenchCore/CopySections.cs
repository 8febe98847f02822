using System.Security.Cryptography;

namespace Fireball.BenchCore;

/// <summary>What moving files costs.</summary>
internal static class CopySections
{
    private const int BigMiB = 512;
    private const int SmallFiles = 2000;

    /// <summary>One big incompressible file either way, against cat through ssh with the same cipher.</summary>
    public static async Task CopyAsync(Bed bed, Report report)
    {
        Report.Section($"one file of {BigMiB} MiB of random bytes");
        var big = Path.Combine(bed.Directory, "big");
        await using (var file = File.Create(big))
        {
            for (var i = 0; i < BigMiB; i++)
            {
                await file.WriteAsync(RandomNumberGenerator.GetBytes(1 << 20));
            }
        }

        await Shell.RunAsync($"chmod 644 {big}");
        var ssh = $"ssh {string.Join(' ', bed.Ssh)}";
        await using var host = await bed.ConnectAsync();
        var cipher = await CipherAsync(bed);
        Report.Figure("cipher", cipher);
        List<double> put = [], get = [];
        for (var round = 0; round < 4; round++)
        {
            await host.ExecAsync(Controller.ExecCommand.OfShell("rm -f big1 big2"));
            var catPut = await Shell.SecondsAsync(() => Shell.RunAsync($"{ssh} -c {cipher} t 'cat > big1' < {big}"));
            var ourPut = await Shell.SecondsAsync(() => host.PutAsync([big], "big2"));
            var catGet = await Shell.SecondsAsync(() => Shell.RunAsync($"{ssh} -c {cipher} t 'cat big1' > {big}.1"));
            var ourGet = await Shell.SecondsAsync(() => host.GetAsync(["big2"], $"{big}.2"));
            await Shell.RunAsync($"cmp {big} {big}.2; rm {big}.1 {big}.2");
            if (round > 0)
            {
                Report.Figure(
                    $"round {round}, MiB/s",
                    $"put {BigMiB / ourPut:0}, cat {BigMiB / catPut:0}   get {BigMiB / ourGet:0}, cat {BigMiB / catGet:0}");
                put.Add(catPut / ourPut);
                get.Add(catGet / ourGet);
            }
        }

        report.AtLeast("put / cat through ssh, rate", Median(put), 0.95);
        report.AtLeast("get / cat through ssh, rate", Median(get), 0.95);
        await host.ExecAsync(Controller.ExecCommand.OfShell("rm -f big1 big2"));
        await host.ShutdownAsync();
        File.Delete(big);
    }

    /// <summary>Many small files, against rsync and a local cp.</summary>
    public static async Task TreeAsync(Bed bed, Report report)
    {
        Report.Section($"{SmallFiles} files of 4 KiB");
        var tree = Path.Combine(bed.Directory, "tree");
        Directory.CreateDirectory(tree);
        for (var i = 0; i < SmallFiles; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(tree, $"{i}"), RandomNumberGenerator.GetBytes(4096));
        }

        await Shell.RunAsync($"chmod -R a+rX {tree}");
        var home = bed.Server.User.Home;
        await using var host = await bed.ConnectAsync();
        List<double> rsync = [], cp = [];
        for (var round = 0; round < 6; round++)
        {
            // Each round in directories of its own: ext4 avoids inodes freed a moment ago, so that a round after a mass
            // removal is several times slower, for everybody.
            await host.ExecAsync(Controller.ExecCommand.OfShell("sync"));
            var byRsync = await Shell.SecondsAsync(
                () => Shell.RunAsync($"rsync -r -e 'ssh {string.Join(' ', bed.Ssh)}' {tree} t:r{round}"));
            var byFireball = await Shell.SecondsAsync(() => host.PutAsync([tree], $"f{round}"));
            var byCp = await Shell.SecondsAsync(() => Shell.RunAsync($"cp -r {tree} {home}/c{round}"));
            await Shell.RunAsync($"diff -r {tree} {home}/f{round}");
            if (round > 0)
            {
                Report.Figure(
                    $"round {round}, files/s",
                    $"fireball {SmallFiles / byFireball:0}   rsync -r {SmallFiles / byRsync:0}   local cp -r {SmallFiles / byCp:0}");
                rsync.Add(byRsync / byFireball);
                cp.Add(byCp / byFireball);
            }
        }

        report.AtLeast("put of small files / rsync -r, rate", Median(rsync), 1.1);
        report.AtLeast("put of small files / local cp -r, rate", Median(cp), 0.9);
        await Shell.RunAsync($"rm -rf {tree} {home}/r? {home}/f? {home}/c?");
        await host.ShutdownAsync();
    }

    // The cipher that Fireball's own connection prefers; cat is given the same.
    private static async Task<string> CipherAsync(Bed bed)
    {
        var flags = await Shell.ReadAsync("grep -m1 -o -w aes /proc/cpuinfo || true");
        var ciphers = await Shell.ReadAsync($"ssh -G {string.Join(' ', bed.Ssh)} t | sed -n 's/^ciphers //p'");
        return flags.Trim() == "aes" ? "aes128-gcm@openssh.com" : ciphers.Split(',')[0].Trim();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
