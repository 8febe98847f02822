using Fireball.Deploy;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>Gives these answers, one after the other.</summary>
internal sealed class Person(params string?[] answers) : IPrompter
{
    public List<Question> Asked { get; } = [];

    public ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken)
    {
        Asked.Add(prompt);
        return ValueTask.FromResult(answers[Asked.Count - 1]);
    }
}
