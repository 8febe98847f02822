namespace Fireball.Bench.Tests;

public sealed class PresetTests
{
    private static readonly MeasuredCase Exec = new(TransportList.Zmq, WorkKinds.Exec);

    private static readonly MeasuredCase Floor = new(TransportList.RawForward, WorkKinds.Exec);

    [Fact]
    public void The_standard_preset_has_every_work_that_a_standard_transport_can_do() => Assert.Equal(
        WorkKinds.All.Where(work => TransportList.Standard.Any(transport => transport.Works.Contains(work))),
        PresetList.Standard.Parts.Single().Cases.Select(one => one.Kind).Distinct());

    [Fact]
    public void The_standard_preset_is_planned_for_less_than_two_minutes()
    {
        // What takes longer than planned, such as connecting, has half a minute.
        double planned = PresetList.Standard.Parts.Sum(part => part.Cases.Sum(work => part.Planned(work).TotalSeconds));

        Assert.InRange(planned, 1, 120);
    }

    [Fact]
    public void No_preset_measures_a_transport_twice_in_one_case_and_every_goal_is_of_something_it_measures()
    {
        foreach (Preset preset in PresetList.All)
        {
            BenchResults results = Results(preset);

            Assert.Distinct(results.Cases.Select(one => (one.Transport, one.Key)));
            Assert.All(preset.Goals, goal => Assert.Null(goal.Of(results).Problem));
            Assert.Distinct(preset.Goals.Select(goal => goal.Name));
        }
    }

    [Fact]
    public void What_a_preset_measures_once_stays_once_and_its_time_can_be_given()
    {
        Preset changed = CorePreset.Preset.WithRounds(9).WithTime(TimeSpan.FromSeconds(7));

        Assert.Equal(CorePreset.Preset.Parts.Select(part => part.Rounds == 1 ? 1 : 9), changed.Parts.Select(part => part.Rounds));
        Assert.All(changed.Parts, part => Assert.Equal((7, 7), (part.Time.TotalSeconds, part.IdleTime.TotalSeconds)));
    }

    [Fact]
    public void A_goal_is_met_at_its_limit_and_short_beyond_it()
    {
        // The sample's zmq costs 1.2 times the floor, give or take what chance adds.
        Func<BenchResults, double> ratio = GoalFigures.CostRatio(Exec, Floor);
        BenchResults results = SampleResults.Make();
        double value = ratio(results);

        Assert.InRange(value, 1.15, 1.25);
        Assert.Equal(GoalState.Met, Goal.AtMost(value, "", "a", ratio).Of(results).State);
        Assert.Equal(GoalState.Short, Goal.AtMost(value - 0.01, "", "a", ratio).Of(results).State);
        Assert.Equal(GoalState.Met, Goal.AtLeast(value, "", "a", ratio).Of(results).State);
        Assert.Equal(GoalState.Short, Goal.AtLeast(value + 0.01, "", "a", ratio).Of(results).State);
    }

    [Fact]
    public void Figures_are_what_their_names_say()
    {
        BenchResults results = SampleResults.Make();
        CaseResult exec = Exec.In(results);
        CaseResult far = exec with { RttMs = 50, Rounds = [.. exec.Rounds.Select(round => round with { Seconds = round.Seconds + (round.Calls * 0.1) })] };
        CaseResult served = exec with
        {
            Transport = "serve", Rounds = [.. exec.Rounds.Select(round => round with { Seconds = round.Seconds + (round.Calls * 0.002), ServerRssGrowthBytes = round.Calls * 4096 })],
        };
        results = results with { Cases = [.. results.Cases, far, served] };
        var serve = new MeasuredCase(TransportList.Serve, WorkKinds.Exec);

        Assert.Equal(2, GoalFigures.RoundTrips(Exec with { RttMs = 50 })(results), 3);
        Assert.Equal(2, GoalFigures.CostDifference(serve, Exec)(results), 3);
        Assert.Equal(4, GoalFigures.ServerMemory(serve)(results), 3);
        Assert.Equal(40, GoalFigures.AgentMemory(Exec)(results), 3);
        Assert.Equal(6000, GoalFigures.Calls(Exec)(results));
        Assert.InRange(GoalFigures.Tail(Exec)(results), 1.01, 5);
        Assert.Equal(4.5, GoalFigures.AgentSize(machine => machine.AgentBytes)(results), 3);
    }

    [Fact]
    public void What_was_not_measured_says_why()
    {
        BenchResults results = SampleResults.Make();
        CaseResult failed = results.Cases.First(one => one is { Transport: "floor", Work: "exec" }) with { Problem = "the forward is denied" };
        CaseResult elsewhere = Exec.In(results) with { Rounds = [.. Exec.In(results).Rounds.Select(round => round with { AgentCpuSeconds = null })] };
        Goal ratio = Goal.AtMost(1, "", "exec", GoalFigures.CostRatio(Exec, Floor));

        Assert.Equal("floor, exec, 1 in flight: the forward is denied", ratio.Of(results with { Cases = [Exec.In(results), failed] }).Problem);
        GoalResult absent = ratio.Of(results with { Cases = [], State = RunState.Interrupted, Reason = "interrupted" });
        Assert.Equal(("zmq, exec, 1 in flight: interrupted", GoalState.NotMeasured, null), (absent.Problem, absent.State, absent.Value));
        Assert.Equal(
            "the agent's processes are on another machine",
            Goal.AtMost(1, "MiB", "memory", GoalFigures.AgentMemory(Exec)).Of(results with { Cases = [elsewhere] }).Problem);
        Assert.Equal(
            "there is no agent executable",
            Goal.AtMost(1, "MB", "size", GoalFigures.AgentSize(_ => null)).Of(results).Problem);
    }

    [Fact]
    public void Goals_are_told_after_the_table_and_in_the_page()
    {
        BenchResults results = SampleResults.WithGoals();
        using var table = new StringWriter();
        TableReport.Write(table, results);
        string html = HtmlReport.Render(results);

        Assert.Contains("goals: 1 of 3 met, 1 not measured\n", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("  met    exec: zmq / floor     1.10  (at most 1.15)\n", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("  SHORT  agent: sent        2.10 MB  (at most 2 MB)\n", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("  ?      put: rate                   (at least 0.95) not measured: it did not work\n", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("<td class=\"remark\">SHORT</td>", html, StringComparison.Ordinal);
        Assert.Contains("not measured: it did not work", html, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"goals\"", HtmlReport.Render(SampleResults.Make()), StringComparison.Ordinal);
    }

    // What a run of it would have measured, with the rounds of a sample.
    private static BenchResults Results(Preset preset)
    {
        BenchResults sample = SampleResults.Make();
        IReadOnlyList<RoundResult> rounds = [.. Exec.In(sample).Rounds.Select(round => round with { ServerRssGrowthBytes = 1 })];
        return sample with
        {
            Cases =
            [
                .. from part in preset.Parts
                   from work in part.Cases
                   from transport in part.TransportsOf(work)
                   select new CaseResult
                   {
                       Transport = transport.Name,
                       Work = work.Kind.Name,
                       Size = work.Key.Size,
                       Concurrency = work.Concurrency,
                       Rate = work.Rate,
                       RttMs = part.RoundTrip > TimeSpan.Zero ? part.RoundTrip.TotalMilliseconds : null,
                       Rounds = rounds,
                   },
            ],
        };
    }
}
