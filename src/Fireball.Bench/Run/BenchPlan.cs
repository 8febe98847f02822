namespace Fireball.Bench;

/// <summary>What is measured, in which order, for how long: a run, or a part of one (see <see cref="Preset"/>).</summary>
internal sealed record BenchPlan
{
    /// <summary>
    /// As many as it takes to tell a difference from chance: see <see cref="PairedComparison"/>.
    /// </summary>
    public const int DefaultRounds = 6;

    /// <summary>
    /// Measured time of a case: a round is a twelfth of a second, many calls of most works and one of the longest; the standard
    /// set is done well within three minutes.
    /// </summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long an idle connection is looked at: a little more than the 5 s after which both of Fireball's transports make
    /// sure that the host is still there.
    /// </summary>
    public static readonly TimeSpan DefaultIdleTime = TimeSpan.FromSeconds(6);

    // Calls a second of the standard set's open loop: far below what any transport can, so that nothing queues of itself.
    private const double StandardRate = 500;

    // Calls of an open loop that may be under way. Those that wait behind them count from their intended start all the same.
    private const int OpenLoopConcurrency = 32;

    // Of a case's time, before it: code is compiled, buffers and windows grow, pages are touched.
    private const double WarmUpShare = 0.25;

    /// <summary>What is compared.</summary>
    public required IReadOnlyList<ITransport> Transports { get; init; }

    /// <summary>By what.</summary>
    public required IReadOnlyList<WorkCase> Cases { get; init; }

    /// <summary>Rounds of each case and transport, at least 1.</summary>
    public int Rounds { get; init; } = DefaultRounds;

    /// <summary>Measured time of each case and transport, all rounds together.</summary>
    public TimeSpan Time { get; init; } = DefaultTime;

    /// <summary>How long an idle connection is looked at; once, not in rounds.</summary>
    public TimeSpan IdleTime { get; init; } = DefaultIdleTime;

    /// <summary>Calls that do not count come first.</summary>
    public bool WarmsUp { get; init; } = true;

    /// <summary>Time added to each round trip; told in the results.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>How long each transport makes calls of a case before it is measured.</summary>
    public TimeSpan WarmUpTime => WarmsUp ? Time * WarmUpShare : TimeSpan.Zero;

    /// <summary>Cases from what was asked for; null or empty: the standard set's.</summary>
    public static IReadOnlyList<WorkCase> MakeCases(
        IReadOnlyList<WorkKind>? works, IReadOnlyList<long>? sizes, IReadOnlyList<int>? concurrencies, IReadOnlyList<double>? rates)
    {
        var cases = new List<WorkCase>();
        foreach (WorkKind kind in works ?? WorkKinds.All)
        {
            long[] kindSizes = [.. kind.HasSize ? (sizes ?? kind.Sizes).Where(size => size <= kind.MaxSize) : [0]];
            int[] kindConcurrencies = [.. (concurrencies ?? kind.Concurrencies).Where(count => count <= kind.MaxConcurrency)];
            cases.AddRange(from size in kindSizes from count in kindConcurrencies select new WorkCase(kind, size, count, null));
            if (kind == WorkKinds.Echo)
            {
                double[] kindRates = [.. rates ?? (sizes is null && concurrencies is null ? [StandardRate] : [])];
                long[] rateSizes = [.. sizes is null ? kindSizes.Take(1) : kindSizes];
                cases.AddRange(
                    from size in rateSizes from rate in kindRates select new WorkCase(kind, size, OpenLoopConcurrency, rate));
            }
        }

        return cases;
    }

    /// <summary>Who takes part in a case.</summary>
    public IEnumerable<ITransport> TransportsOf(WorkCase work) => Transports.Where(transport => transport.Works.Contains(work.Kind));

    /// <summary>How long a case is to take; calls that take longer than a round make it more.</summary>
    public TimeSpan Planned(WorkCase work) =>
        TransportsOf(work).Count() * (work.Kind == WorkKinds.Idle ? IdleTime : Time + WarmUpTime);
}
