namespace Fireball.Ssh;

/// <summary>Puts ssh's questions to a person.</summary>
public interface ISshPrompter
{
    /// <summary>Asks; null: the person refused, or there is nobody to ask.</summary>
    ValueTask<string?> AskAsync(SshPrompt prompt, CancellationToken cancellationToken);
}
