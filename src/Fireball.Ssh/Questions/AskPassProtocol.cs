using System.Text;
using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>
/// What passes between the helper that ssh starts and the process that runs ssh; lines of ASCII, each at most
/// <see cref="MaxLine"/> bytes:
/// <code>
/// helper: ask KIND BASE64-OF-TEXT     KIND is secret, confirm or notice
/// server: answer BASE64-OF-ANSWER     or: refused
/// </code>
/// </summary>
internal static class AskPassProtocol
{
    /// <summary>The longest line, bytes: a banner-sized question (32 KiB) in base64, rounded up.</summary>
    internal const int MaxLine = 64 << 10;

    internal const string Refused = "refused";

    internal static string Ask(Question prompt) => $"ask {Word(prompt.Kind)} {Encode(prompt.Text)}";

    internal static string Answer(string answer) => "answer " + Encode(answer);

    internal static Question? TryParseAsk(string line)
    {
        string[] words = line.Split(' ');
        PromptKind? kind = words.Length == 3 && words[0] == "ask" ? Kind(words[1]) : null;
        return kind is { } k && TryDecode(words[2]) is { } text ? new Question(k, text) : null;
    }

    internal static string? TryParseAnswer(string line)
    {
        string[] words = line.Split(' ');
        return words.Length == 2 && words[0] == "answer" ? TryDecode(words[1]) : null;
    }

    /// <summary>Reads to the end of a line; null: the other side went away, or sent too long a one.</summary>
    internal static async Task<string?> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxLine];
        int length = 0;
        while (length < buffer.Length)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            int end = buffer.AsSpan(length, count).IndexOf((byte)'\n');
            if (end >= 0)
            {
                return Encoding.ASCII.GetString(buffer, 0, length + end);
            }

            length += count;
        }

        return null;
    }

    internal static ValueTask WriteLineAsync(Stream stream, string line, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"), cancellationToken);

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string? TryDecode(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    private static string Word(PromptKind kind) => kind switch
    {
        PromptKind.Confirm => "confirm",
        PromptKind.Notice => "notice",
        _ => "secret",
    };

    private static PromptKind? Kind(string word) => word switch
    {
        "confirm" => PromptKind.Confirm,
        "notice" => PromptKind.Notice,
        "secret" => PromptKind.Secret,
        _ => null,
    };
}
