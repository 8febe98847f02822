namespace Fireball.Deploy;

/// <summary>What came of trying to forward to the agent's socket.</summary>
internal interface IForwardResult
{
    /// <summary>Why there is no forward, one line; null: there is one.</summary>
    string? Refusal { get; }
}
