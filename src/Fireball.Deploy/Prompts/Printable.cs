using System.Globalization;
using System.Text;

namespace Fireball.Deploy;

/// <summary>Text from elsewhere (a host, a server, a file) in messages for a person: one line, no control characters.</summary>
internal static class Printable
{
    /// <summary>The longest text shown of anything the other end can choose, characters; arbitrary.</summary>
    private const int MaxLength = 400;

    /// <summary>In double quotes.</summary>
    internal static string Quote(string text) => "\"" + Line(text) + "\"";

    /// <summary>Control and other invisible characters escaped as \xNN, half surrogate pairs replaced by U+FFFD; cut where it is too long.</summary>
    internal static string Line(ReadOnlySpan<char> text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= MaxLength)
            {
                return line.Append("...").ToString();
            }

            bool shown = Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse);
            _ = shown ? line.Append(rune.ToString()) : line.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        }

        return line.ToString();
    }
}
