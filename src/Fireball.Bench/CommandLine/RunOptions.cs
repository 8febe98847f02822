using System.CommandLine;
using System.Globalization;
using Fireball.Programs;

namespace Fireball.Bench;

/// <summary>A run as the command line asks for it.</summary>
/// <param name="Host">"local", or as ssh takes it.</param>
/// <param name="Preset">What is measured.</param>
/// <param name="HasName">The preset is one that there is, and not made of what was asked for.</param>
/// <param name="ConfigFile">ssh's -F; null: the usual files.</param>
/// <param name="SshArguments">Further options of ssh.</param>
/// <param name="HtmlFile">Where the HTML report goes; null: nowhere.</param>
/// <param name="SvgFile">Where the picture goes; null: nowhere.</param>
/// <param name="JsonFile">Where the results go; null: nowhere.</param>
/// <param name="Quiet">No progress.</param>
internal sealed record RunOptions(
    string Host,
    Preset Preset,
    bool HasName,
    string? ConfigFile,
    IReadOnlyList<string> SshArguments,
    string? HtmlFile,
    string? SvgFile,
    string? JsonFile,
    bool Quiet)
{
    // Arbitrary: a worker of a blocking transport is a thread.
    private const int MaxConcurrency = 1000;

    // Calls a second beyond what one sending thread can begin; arbitrary.
    private const double MaxRate = 1_000_000;

    // A round is summed up in memory; arbitrary.
    private const int MaxRounds = 1000;

    private static readonly TimeSpan MaxRoundTrip = TimeSpan.FromSeconds(10);

    /// <summary>The options, and what is done with them.</summary>
    public static RootCommand Create(Func<RunOptions, CancellationToken, Task<int>> run)
    {
        var host = new Argument<string>("HOST")
        {
            Description = "As ssh takes it; 'local': a private sshd on this machine, for the time of the run. "
                + "The login must not ask anything (a key or an agent)",
        };
        Option<string?> preset = Text("--preset", "NAME", $"Measure a set that has a name: {string.Join("; ", PresetList.All.Select(p => $"{p.Name}, {p.Description}"))} (default: {PresetList.Standard.Name})");
        Option<string?> transports = Text("--transports", "LIST", $"What to compare; there are {Names(TransportList.All)} (default: {Names(TransportList.Standard)})");
        Option<string?> work = Text("--work", "LIST", $"What to measure; there are {string.Join(", ", WorkKinds.All.Select(w => w.Name))} (default: what the transports can)");
        Option<string?> size = Text("--size", "LIST", "Bytes a call moves: 64,4K,64K,1M (default: what suits the work)");
        Option<string?> concurrency = Text("--concurrency", "LIST", "Calls in flight, a closed loop each: 1,8,32 (default: what suits the work)");
        Option<string?> rate = Text("--rate", "LIST", "Echoes a second, an open loop each, latencies from the intended start: 500,2000");
        Option<string?> time = Text("--for", "TIME", $"Measured time of each transport in each case, all rounds together (default: {BenchPlan.DefaultTime.TotalMilliseconds:0}ms; idle: {BenchPlan.DefaultIdleTime.TotalSeconds:0}s)");
        Option<string?> rounds = Text("--rounds", "N", $"Rounds of each case, taken in turn; fewer than six cannot tell a difference from noise (default: {BenchPlan.DefaultRounds})");
        Option<string?> rtt = Text("--rtt", "TIME", "Add so much to each round trip: 50ms");
        Option<string?> html = Text("--html", "FILE", "Write a report with pictures, one file");
        Option<string?> svg = Text("--svg", "FILE", "Draw what a call costs, one picture");
        Option<string?> json = Text("--json", "FILE", "Write everything measured, for 'fireball bench compare' and for programs");
        Option<string?> config = Text("-F", "FILE", "Configuration file for ssh (ssh -F)");
        var option = new Option<string[]>("-o") { Description = "Option for ssh (ssh -o)", HelpName = "OPTION", Arity = ArgumentArity.OneOrMore };
        var identity = new Option<string[]>("-i") { Description = "Private key for ssh (ssh -i)", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        Option<string?> port = Text("-p", "PORT", "Port of the SSH server (ssh -p)");
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress" };
        var command = new RootCommand(
            "fireball bench: compares transports on a host, and prints a table. 'fireball bench compare BEFORE AFTER' compares two runs.")
        {
            host, preset, transports, work, size, concurrency, rate, time, rounds, rtt, html, svg, json, config, option, identity, port, quiet,
        };
        command.SetAction((result, cancel) =>
        {
            string name = result.GetRequiredValue(host);
            string? configFile = result.GetValue(config);
            var ssh = new List<string>();
            ssh.AddRange((result.GetValue(option) ?? []).SelectMany(word => (string[])["-o", word]));
            ssh.AddRange((result.GetValue(identity) ?? []).SelectMany(word => (string[])["-i", word]));
            if (result.GetValue(port) is { } number)
            {
                ssh.AddRange("-p", ushort.TryParse(number, CultureInfo.InvariantCulture, out ushort p) && p > 0
                    ? number
                    : throw new UsageException($"-p {number}: not a port (1 to 65535)"));
            }

            if (name == LocalServer.HostName && (configFile is not null || ssh.Count > 0))
            {
                throw new UsageException("'local' has a configuration of its own: no -F, -o, -i or -p");
            }

            Option<string?>? other = ((Option<string?>[])[transports, work, size, concurrency, rate, rtt]).FirstOrDefault(option => result.GetValue(option) is not null);
            Preset? named = result.GetValue(preset) is { } presetName ? NamedPreset(presetName, other?.Name) : other is null ? PresetList.Standard : null;
            Preset chosen = named ?? new Preset(
                "",
                "",
                [
                    Plan(
                        ListOption.Names("--transports", result.GetValue(transports), TransportList.All, t => t.Name) ?? TransportList.Standard,
                        ListOption.Names("--work", result.GetValue(work), WorkKinds.All, kind => kind.Name),
                        ListOption.Read<long>(
                            "--size", result.GetValue(size), ByteSize.TryParse, $"a size from 1 to {ByteSize.Format(ByteSize.Max)}, such as 64, 4K, 64K, 1M"),
                        ListOption.Read<int>("--concurrency", result.GetValue(concurrency), Number, $"a number from 1 to {MaxConcurrency}"),
                        ListOption.Read<double>("--rate", result.GetValue(rate), Rate, $"a number of calls a second, up to {MaxRate:0}")) with
                    {
                        RoundTrip = Time("--rtt", result.GetValue(rtt)) is not { } trip ? TimeSpan.Zero
                            : trip <= MaxRoundTrip ? trip
                            : throw new UsageException($"--rtt: at most {MaxRoundTrip.TotalSeconds:0}s"),
                    },
                ],
                []);
            if (Time("--for", result.GetValue(time)) is { } measured)
            {
                chosen = chosen.WithTime(measured);
            }

            if (result.GetValue(rounds) is { } count)
            {
                chosen = chosen.WithRounds(int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is >= 1 and <= MaxRounds
                    ? n
                    : throw new UsageException($"--rounds {count}: not a number from 1 to {MaxRounds}"));
            }

            return run(
                new RunOptions(
                    name,
                    chosen,
                    named is not null,
                    configFile is null or "none" ? configFile : Path.GetFullPath(configFile),
                    ssh,
                    result.GetValue(html),
                    result.GetValue(svg),
                    result.GetValue(json),
                    result.GetValue(quiet)),
                cancel);
        });
        return command;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static string Names(IEnumerable<ITransport> transports) => string.Join(", ", transports.Select(transport => transport.Name));

    private static Preset NamedPreset(string name, string? other) =>
        other is not null ? throw new UsageException($"--preset {name} says itself what is measured: not together with {other}")
        : PresetList.All.FirstOrDefault(preset => preset.Name == name)
            ?? throw new UsageException($"--preset: there is no {name}; there are {string.Join(", ", PresetList.All.Select(preset => preset.Name))}");

    private static BenchPlan Plan(
        IReadOnlyList<ITransport> transports, IReadOnlyList<WorkKind>? works, IReadOnlyList<long>? sizes, IReadOnlyList<int>? concurrencies, IReadOnlyList<double>? rates)
    {
        IReadOnlyList<WorkCase> cases = BenchPlan.MakeCases(works, sizes, concurrencies, rates);
        if (cases.Count == 0)
        {
            throw new UsageException($"--size: nothing is left to measure: an echo carries at most {ByteSize.Format(WorkKinds.Echo.MaxSize)}");
        }

        var all = new BenchPlan { Transports = transports, Cases = cases };
        WorkCase[] some = [.. cases.Where(work => all.TransportsOf(work).Any())];
        return some.Length > 0
            ? all with { Cases = some }
            : throw new UsageException($"--work: nothing is left to measure: {Names(transports)} cannot do it");
    }

    private static TimeSpan? Time(string option, string? text) =>
        text is null ? null
        : Duration.TryParse(text, out TimeSpan time) && time > TimeSpan.Zero ? time
        : throw new UsageException($"{option} {text}: not a time, such as 10s or 500ms");

    private static bool Number(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= MaxConcurrency;

    private static bool Rate(string text, out double rate) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out rate) && rate is > 0 and <= MaxRate;
}
