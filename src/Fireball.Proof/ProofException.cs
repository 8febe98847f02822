namespace Fireball.Proof;

/// <summary>The peer has not proved that it holds the secret. Nothing but an opening and a proof was sent to it.</summary>
public sealed class ProofException : IOException
{
    /// <summary>With one line for a person.</summary>
    public ProofException(string message)
        : base(message)
    {
    }
}
