namespace Fireball.Bench;

/// <summary>Whether a ratio means anything.</summary>
internal enum Verdict
{
    /// <summary>With so few rounds chance alone could give this order in more than one case of twenty.</summary>
    TooFewRounds,

    /// <summary>Chance could well give such a ratio.</summary>
    WithinNoise,

    /// <summary>The first one is smaller.</summary>
    Smaller,

    /// <summary>The first one is greater.</summary>
    Greater,
}
