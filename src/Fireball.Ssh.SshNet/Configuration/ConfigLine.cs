using System.Text;
using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>One line of an ssh_config, or one -o option.</summary>
/// <param name="Written">The keyword as it is written, made printable: for messages.</param>
/// <param name="Keyword">The keyword in lower case.</param>
/// <param name="Arguments">At least one.</param>
/// <param name="Location">Where it stands.</param>
internal sealed record ConfigLine(string Written, string Keyword, IReadOnlyList<string> Arguments, string Location)
{
    /// <summary>The first argument.</summary>
    internal string Value => Arguments[0];

    /// <summary>
    /// Parses a line as ssh_config(5) has it: keyword, white space or one "=", arguments; quotes and backslashes as in
    /// OpenSSH's argv_split; "#" begins a comment before the keyword and between arguments.
    /// </summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="location">Where it stands, for messages.</param>
    /// <returns>Null: it is blank or a comment.</returns>
    /// <exception cref="FormatException">A quote without an end, or a keyword without argument.</exception>
    internal static ConfigLine? Parse(string line, string location)
    {
        ReadOnlySpan<char> rest = line.AsSpan().Trim(" \t\r\f");
        if (rest.IsEmpty || rest[0] == '#')
        {
            return null;
        }

        int end = rest.IndexOfAny(" \t=");
        string keyword = (end < 0 ? rest : rest[..end]).Trim('"').ToString();
        string written = Printable.Line(keyword);
        rest = end < 0 ? [] : rest[end..].TrimStart(" \t");
        if (!rest.IsEmpty && rest[0] == '=')
        {
            rest = rest[1..].TrimStart(" \t");
        }

        List<string> arguments = [];
        while (!rest.IsEmpty && rest[0] != '#')
        {
            arguments.Add(TakeWord(ref rest, location));
            rest = rest.TrimStart(" \t");
        }

        return arguments.Count == 0
            ? throw new FormatException($"{location}: {written} has no argument")
            : new ConfigLine(written, keyword.ToLowerInvariant(), arguments, location);
    }

    private static string TakeWord(ref ReadOnlySpan<char> rest, string location)
    {
        var word = new StringBuilder();
        char quote = '\0';
        int i = 0;
        for (; i < rest.Length; i++)
        {
            char c = rest[i];
            if (c == '\\' && i + 1 < rest.Length && (rest[i + 1] is '"' or '\'' or '\\' || (quote == '\0' && rest[i + 1] == ' ')))
            {
                word.Append(rest[++i]);
            }
            else if (quote == '\0' && c is ' ' or '\t')
            {
                break;
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else
            {
                word.Append(c);
            }
        }

        rest = rest[i..];
        return quote == '\0' ? word.ToString() : throw new FormatException($"{location}: a quote has no end");
    }
}
