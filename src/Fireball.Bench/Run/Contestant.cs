using Fireball.Bench.Load;
using Fireball.Bench.Machine;
using Fireball.Bench.Recording;
using Fireball.Bench.Results;
using Fireball.Bench.Work;

namespace Fireball.Bench.Run;

/// <summary>One transport in one case: its operation, its rounds, and why there are no more.</summary>
/// <param name="transport">Its name.</param>
/// <param name="work">The case.</param>
internal sealed class Contestant(string transport, WorkCase work)
{
    private readonly List<RoundResult> _rounds = [];

    public string Transport => transport;

    /// <summary>What is called; null: not prepared, or given up.</summary>
    public IOperation? Operation { get; set; }

    /// <summary>Why it takes no part, or no more.</summary>
    public string? Problem { get; set; }

    /// <summary>Makes calls that do not count.</summary>
    public Task WarmUpAsync(ILoad load, TimeSpan time, CancellationToken cancellationToken) =>
        load.RunAsync(Operation!, time, cancellationToken);

    /// <summary>Makes a round of calls.</summary>
    public async Task MeasureAsync(
        ILoad load, TimeSpan time, Programs programs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var meter = new Meter(programs);
        long start = clock.GetTimestamp();
        LatencyHistogram latency = await load.RunAsync(Operation!, time, cancellationToken);
        TimeSpan elapsed = clock.GetElapsedTime(start);
        Consumption used = meter.Read();
        bool wireIsWhole = work.Kind != Works.Connect;
        _rounds.Add(new RoundResult
        {
            Seconds = elapsed.TotalSeconds,
            Calls = latency.Count,
            ControllerCpuSeconds = used.Processor.TotalSeconds,
            AllocatedBytes = used.Allocated,

            // The connections of a round of connects are gone when it ends.
            WireSentBytes = wireIsWhole ? used.Wire?.Sent : null,
            WireReceivedBytes = wireIsWhole ? used.Wire?.Received : null,
            Latency = HistogramRecord.From(latency),
        });
    }

    /// <summary>What came of it.</summary>
    public CaseResult ToResult() => new()
    {
        Transport = transport,
        Work = work.Kind.Name,
        Size = work.Key.Size,
        Concurrency = work.Concurrency,
        Rate = work.Rate,
        Problem = Problem,
        Rounds = [.. _rounds],
    };
}
