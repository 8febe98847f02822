using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>Two runs beside each other.</summary>
internal static class CompareReport
{
    /// <summary>Writes what a call costs in the second run as a ratio to the first, for all that both measured.</summary>
    public static void Write(TextWriter output, BenchResults before, BenchResults after)
    {
        Tell(output, "before", before);
        Tell(output, "after ", after);
        foreach (string difference in Differences(before, after))
        {
            output.WriteLine(TerminalText.Escape($"different: {difference}"));
        }

        output.WriteLine();
        var table = new TextTable("", "before", "after", "ratio", "quartiles", "");
        int matched = 0;
        int differ = 0;
        bool floorMoved = false;
        // What an idle second takes is no cost.
        foreach (CaseGroup group in CaseGroup.Of(after).Where(group => group.Key.Work != WorkKinds.Idle.Name))
        {
            table.AddTitle($"{group.Key}");
            foreach (CaseResult one in group.Results)
            {
                CaseResult? other = before.Cases.FirstOrDefault(other => other.Transport == one.Transport && other.Key == one.Key);
                if (other is null || other.Rounds.Count == 0 || one.Rounds.Count == 0)
                {
                    table.AddTitle($"  {TerminalText.Escape(one.Transport)}: only {(one.Rounds.Count > 0 ? "after" : "before, or in neither")}");
                    continue;
                }

                Comparison ratio = UnpairedComparison.Of(one.Costs(), other.Costs());
                matched++;
                differ += ratio.Verdict is Verdict.Smaller or Verdict.Greater ? 1 : 0;
                floorMoved |= one.Transport == TransportList.Floor && ratio.Verdict is (Verdict.Smaller or Verdict.Greater);
                table.Add(
                    $"  {TerminalText.Escape(one.Transport)}",
                    Figures.Time(new SortedValues(other.Costs()).Median * 1e9),
                    Figures.Time(new SortedValues(one.Costs()).Median * 1e9),
                    Figures.Ratio(ratio.Ratio),
                    $"{Figures.Ratio(ratio.Low)} to {Figures.Ratio(ratio.High)}",
                    Figures.Verdict(ratio.Verdict));
            }
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine(matched == 0
            ? "The two runs have nothing in common."
            : "before, after: what a call costs, median of the rounds. ratio: median of all pairs of rounds, and their quartiles.");
        if (differ > 0)
        {
            output.WriteLine(
                $"{differ} of {matched} differ by more than the noise. By chance alone about {Math.Ceiling(matched * UnpairedComparison.Significance):0} would.");
        }

        if (floorMoved)
        {
            output.WriteLine("The floor differs too: the machine or the link was faster or slower, not only what was measured on it.");
        }
    }

    private static void Tell(TextWriter output, string which, BenchResults results) =>
        output.WriteLine(TerminalText.Escape(
            $"{which}: {results.Host}, {results.Created:yyyy-MM-dd HH:mm:ss}Z, {results.Settings.Rounds} rounds, load {results.Machine.LoadBefore:0.00}"
            + (results.State == RunState.Complete ? "" : $", NOT COMPLETE: {results.Reason}")));

    // What makes a comparison mean something else than it seems to.
    private static IEnumerable<string> Differences(BenchResults before, BenchResults after)
    {
        (string Name, string Before, string After)[] all =
        [
            ("host", before.Host, after.Host),
            ("processor", $"{before.Machine.Cores} x {before.Machine.Processor}", $"{after.Machine.Cores} x {after.Machine.Processor}"),
            ("kernel", before.Machine.Kernel, after.Machine.Kernel),
            ("ssh client", before.Machine.SshClient, after.Machine.SshClient),
            ("ssh server", before.Machine.SshServer, after.Machine.SshServer),
            ("cipher", before.Machine.Cipher, after.Machine.Cipher),
            ("program", before.Machine.Program, after.Machine.Program),
            ("added round-trip time", $"{before.Settings.RttMs} ms", $"{after.Settings.RttMs} ms"),
        ];
        return all.Where(one => one.Before != one.After).Select(one => $"{one.Name}: {one.Before} before, {one.After} after");
    }
}
