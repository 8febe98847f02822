namespace Fireball.Deploy;

/// <summary>Puts ssh's questions to a person.</summary>
public interface IPrompter
{
    /// <summary>Asks; null: the person refused, or there is no one to ask.</summary>
    ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken);
}
