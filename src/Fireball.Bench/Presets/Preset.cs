namespace Fireball.Bench;

/// <summary>A run that has a name: what is measured, and what is to come of it.</summary>
/// <param name="Name">As --preset takes it.</param>
/// <param name="Description">One line for help.</param>
/// <param name="Parts">One after the other, each on a connection of its own. No case and transport is in two of them with the same added round-trip time.</param>
/// <param name="Goals">What the figures are held against afterwards.</param>
internal sealed record Preset(string Name, string Description, IReadOnlyList<BenchPlan> Parts, IReadOnlyList<Goal> Goals)
{
    /// <summary>The same with another measured time of each case.</summary>
    public Preset WithTime(TimeSpan time) => this with { Parts = [.. Parts.Select(part => part with { Time = time, IdleTime = time })] };

    /// <summary>The same with another number of rounds; what is looked at once stays so.</summary>
    public Preset WithRounds(int rounds) =>
        this with { Parts = [.. Parts.Select(part => part with { Rounds = part.Rounds == 1 ? 1 : rounds })] };
}
