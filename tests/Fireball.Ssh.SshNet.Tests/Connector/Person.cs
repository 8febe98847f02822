namespace Fireball.Ssh.SshNet.Tests;

/// <summary>Gives these answers, one after the other.</summary>
internal sealed class Person(params string?[] answers) : ISshPrompter
{
    public List<SshPrompt> Asked { get; } = [];

    public ValueTask<string?> AskAsync(SshPrompt prompt, CancellationToken cancellationToken)
    {
        Asked.Add(prompt);
        return ValueTask.FromResult(answers[Asked.Count - 1]);
    }
}
