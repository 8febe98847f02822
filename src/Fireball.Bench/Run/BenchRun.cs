namespace Fireball.Bench;

/// <summary>
/// A preset on a host: its parts one after the other, each on connections and directories of its own, so that none is
/// measured beside what another has left.
/// </summary>
/// <param name="preset">What to do.</param>
/// <param name="connect">Reaches the host with so much time added to each round trip.</param>
/// <param name="progress">Told before each round.</param>
/// <param name="clock">Takes the times.</param>
internal sealed class BenchRun(
    Preset preset, Func<TimeSpan, CancellationToken, Task<BenchHost>> connect, IProgress<BenchProgress>? progress, TimeProvider clock)
{
    /// <summary>Does it all.</summary>
    /// <param name="name">The host's name in the results.</param>
    /// <param name="cancellationToken">Ends the run; what was finished is in the results.</param>
    /// <exception cref="WorkFailedException">The host could not be reached at all.</exception>
    public async Task<BenchResults> RunAsync(string name, CancellationToken cancellationToken)
    {
        double planned = preset.Parts.Sum(Planned);
        int cases = preset.Parts.Sum(part => part.Cases.Count);
        int casesBefore = 0;
        double plannedBefore = 0;
        BenchResults? all = null;
        foreach (BenchPlan part in preset.Parts)
        {
            var partProgress = progress is null ? null : new PartProgress(progress, casesBefore, cases, plannedBefore / planned, Planned(part) / planned);
            BenchResults results;
            try
            {
                await using BenchHost host = await connect(part.RoundTrip, cancellationToken);
                await using var runner = new BenchRunner(part, host, partProgress, clock);
                results = await runner.RunAsync(name, cancellationToken);
            }
            catch (WorkFailedException lost) when (all is not null)
            {
                all = all with { State = RunState.HostLost, Reason = lost.Message };
                break;
            }
            catch (OperationCanceledException) when (all is not null && cancellationToken.IsCancellationRequested)
            {
                all = all with { State = RunState.Interrupted, Reason = BenchRunner.Interrupted };
                break;
            }

            all = all is null ? results : Add(all, results);
            if (all.State != RunState.Complete)
            {
                break;
            }

            casesBefore += part.Cases.Count;
            plannedBefore += Planned(part);
        }

        return all! with { Goals = preset.Goals.Count == 0 ? null : [.. preset.Goals.Select(goal => goal.Of(all))] };
    }

    private static double Planned(BenchPlan part) => part.Cases.Sum(work => part.Planned(work).TotalSeconds);

    // What differs from part to part is said of the whole as the most of any, and of a case where it has a meaning of its own.
    private static BenchResults Add(BenchResults all, BenchResults part)
    {
        double? rtt = part.Settings.RttMs == all.Settings.RttMs ? null : part.Settings.RttMs;
        return all with
        {
            State = part.State,
            Reason = part.Reason,
            Settings = all.Settings with
            {
                Rounds = Math.Max(all.Settings.Rounds, part.Settings.Rounds),
                SecondsPerCase = Math.Max(all.Settings.SecondsPerCase, part.Settings.SecondsPerCase),
            },
            Cases = [.. all.Cases, .. part.Cases.Select(one => one with { RttMs = rtt })],
        };
    }

    // A part's progress as one of the whole run.
    private sealed class PartProgress(IProgress<BenchProgress> whole, int casesBefore, int cases, double doneBefore, double share) : IProgress<BenchProgress>
    {
        public void Report(BenchProgress value) => whole.Report(
            value with { Case = casesBefore + value.Case, Cases = cases, Done = doneBefore + (value.Done * share) });
    }
}
