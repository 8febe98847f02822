using System.Text;
using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>Asks the person at the terminal, as ssh does: on /dev/tty, whatever the standard streams are.</summary>
internal sealed class TerminalPrompter : IPrompter
{
    /// <summary>The longest answer, bytes: passphrases and one-time codes are far shorter (arbitrary).</summary>
    private const int MaxAnswer = 4096;

    private TerminalPrompter()
    {
    }

    /// <summary>A prompter; null where this process has no terminal.</summary>
    public static IPrompter? IfThereIsATerminal() => ControllingTerminal.Exists() ? new TerminalPrompter() : null;

    public async ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken)
    {
        // Reading the terminal blocks; a person may leave with Ctrl-C meanwhile.
        return await Task.Run(() => Ask(prompt, cancellationToken), cancellationToken).WaitAsync(cancellationToken);
    }

    private static string? Ask(Question prompt, CancellationToken cancellationToken)
    {
        using ControllingTerminal terminal = ControllingTerminal.Open();
        string text = string.Join('\n', prompt.Text.Split('\n').Select(TerminalText.Escape));
        bool notice = prompt.Kind == PromptKind.Notice;
        byte[] words = Encoding.UTF8.GetBytes(notice || text.EndsWith('\n') ? text.TrimEnd('\n') + "\n" : text.TrimEnd() + " ");
        if (notice)
        {
            terminal.Write(words);
            return null;
        }

        bool secret = prompt.Kind == PromptKind.Secret;
        byte[]? answer = terminal.Ask(words, MaxAnswer, echo: !secret, cancellationToken);
        return answer is null ? null : Encoding.UTF8.GetString(answer);
    }
}
