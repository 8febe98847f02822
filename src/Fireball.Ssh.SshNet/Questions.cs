using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// Puts questions to the prompter, one after the other. A refused one ends the connect, as with OpenSSH: a person who
/// does not answer is not asked again.
/// </summary>
internal sealed class Questions(IPrompter prompter, CancellationToken cancellationToken)
{
    /// <summary>A question is before the person now.</summary>
    internal bool IsAsking { get; private set; }

    /// <summary>Asks.</summary>
    /// <exception cref="TunnelException">Of this phase: it was not answered.</exception>
    internal async Task<string> AskAsync(PromptKind kind, string text, ConnectPhase phase, CancellationToken token)
    {
        string question = Printable.Line(text.AsSpan().Trim().Trim("?:").TrimEnd());
        IsAsking = true;
        try
        {
            return await prompter.AskAsync(new Question(kind, text), token).ConfigureAwait(false)
                ?? throw TunnelException.Lasting(phase, $"ssh's question was not answered: {question}");
        }
        catch (Exception e) when (e is not TunnelException && !token.IsCancellationRequested)
        {
            throw TunnelException.Lasting(phase, $"ssh's question was not answered ({Printable.Line(e.Message)}): {question}", e);
        }
        finally
        {
            IsAsking = false;
        }
    }

    /// <summary>
    /// Asks for a secret in the middle of SSH.NET's authentication, which is synchronous. It waits: on the thread that the
    /// connect has to itself, and for keyboard-interactive on the one that SSH.NET raises its event on.
    /// </summary>
    internal string AskSecret(string text) =>
        AskAsync(PromptKind.Secret, text, ConnectPhase.Authenticate, cancellationToken).GetAwaiter().GetResult();
}
