namespace Fireball.Proof;

/// <summary>The two ends; a proof of the one is none of the other. The value stands in <see cref="MutualProof.Opening"/>.</summary>
public enum ProofRole
{
    /// <summary>Connects, and calls.</summary>
    Controller = (byte)'C',

    /// <summary>Accepts, and answers.</summary>
    Agent = (byte)'A',
}
