using System.Globalization;
using Fireball.BenchCore;

if (args is ["delay", var milliseconds, var host, var port])
{
    return await DelayRelay.RunAsync(
        TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture)),
        host,
        int.Parse(port, CultureInfo.InvariantCulture));
}

(string Name, Func<Bed, Report, Task> Run)[] sections =
[
    ("exec", ExecSections.ExecAsync),
    ("command", ExecSections.CommandAsync),
    ("concurrency", ExecSections.ConcurrencyAsync),
    ("copy", CopySections.CopyAsync),
    ("tree", CopySections.TreeAsync),
    ("agent", AgentSection.RunAsync),
    ("serve", ServeSection.RunAsync),
    ("first-use", LinkSections.FirstUseAsync),
    ("round-trips", LinkSections.RoundTripsAsync),
];
string[] names = [.. sections.Select(s => s.Name)];
var unknown = args.Except(names).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"bench-core: no section {unknown[0]}; there are {string.Join(", ", names)}");
    return 2;
}

var report = new Report();
Console.WriteLine($"{Environment.ProcessorCount} cores, {(await Shell.ReadAsync("ssh -V 2>&1; uname -r")).ReplaceLineEndings(" ").Trim()}");
var artifacts = Environment.GetEnvironmentVariable("FIREBALL_AGENTS") is { } agents
    ? Path.GetDirectoryName(Path.GetFullPath(agents))!
    : throw new InvalidOperationException("start this by tools/bench-core");
await using var bed = await Bed.StartAsync(artifacts);
foreach (var section in sections.Where(s => args.Length == 0 || args.Contains(s.Name)))
{
    await section.Run(bed, report);
}

return report.Summarise() ? 0 : 1;
