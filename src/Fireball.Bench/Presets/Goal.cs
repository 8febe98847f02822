namespace Fireball.Bench;

/// <summary>A figure of a run, and what it is to be.</summary>
/// <param name="Name">What it is, for people: "exec: zmq / floor".</param>
/// <param name="Relation">Which side of the limit is good.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Unit">Of both; empty: they are ratios.</param>
/// <param name="Figure">Finds it in a run's results; throws <see cref="NotMeasuredException"/> where it is not there.</param>
internal sealed record Goal(string Name, GoalRelation Relation, double Limit, string Unit, Func<BenchResults, double> Figure)
{
    /// <summary>A figure that is to be small.</summary>
    public static Goal AtMost(double limit, string unit, string name, Func<BenchResults, double> figure) =>
        new(name, GoalRelation.AtMost, limit, unit, figure);

    /// <summary>A figure that is to be great.</summary>
    public static Goal AtLeast(double limit, string unit, string name, Func<BenchResults, double> figure) =>
        new(name, GoalRelation.AtLeast, limit, unit, figure);

    /// <summary>What came of it. It is met at the limit itself.</summary>
    public GoalResult Of(BenchResults results)
    {
        try
        {
            double value = Figure(results);
            bool met = Relation == GoalRelation.AtMost ? value <= Limit : value >= Limit;
            return Result(met ? GoalState.Met : GoalState.Short) with { Value = value };
        }
        catch (NotMeasuredException failure)
        {
            return Result(GoalState.NotMeasured) with { Problem = failure.Message };
        }
    }

    private GoalResult Result(GoalState state) => new() { Name = Name, Relation = Relation, Limit = Limit, Unit = Unit, State = state };
}
