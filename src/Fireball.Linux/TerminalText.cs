using System.Globalization;
using System.Text;

namespace Fireball.Linux;

/// <summary>
/// Makes text that came from elsewhere (names, error messages of a target) harmless on a terminal: no control
/// character and no invisible or reordering character reaches it.
/// </summary>
public static class TerminalText
{
    /// <summary>So much is shown of a path that is too long; arbitrary.</summary>
    private const int ShownLength = 100;

    /// <summary>
    /// Bytes as one line of text. Control characters become \n, \t, \e or \xNN; bytes that are not UTF-8 become \xNN;
    /// format, separator, private and unassigned characters become \u{N}; a backslash is doubled, so that no two names
    /// look the same.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
            {
                Append(text, rune);
            }
            else
            {
                // One byte at a time, so that nothing that follows an invalid byte is swallowed.
                length = 1;
                AppendByte(text, bytes[0]);
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>
    /// A path as one line of text, and of what is too long for one only its beginning and its length: a status of gRPC that does
    /// not fit into the headers ends all calls of its connection.
    /// </summary>
    public static string EscapePath(ReadOnlySpan<byte> path) => path.Length <= PosixFile.MaxPathLength
        ? Escape(path)
        : $"{Escape(path[..ShownLength])}... ({path.Length} bytes)";

    /// <inheritdoc cref="Escape(ReadOnlySpan{byte})"/>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (Rune rune in value.EnumerateRunes())
        {
            Append(text, rune);
        }

        return text.ToString();
    }

    /// <summary>
    /// A message that may hold text from elsewhere as one line: as <see cref="Escape(string)"/>, but a backslash stays, so that
    /// what is escaped already is not escaped again.
    /// </summary>
    public static string Line(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (Rune rune in message.EnumerateRunes())
        {
            if (rune.Value == '\\')
            {
                text.Append('\\');
            }
            else
            {
                Append(text, rune);
            }
        }

        return text.ToString();
    }

    /// <summary>Shows nothing of its own, or reorders or ends what is beside it: control, format, separator, private and unassigned characters.</summary>
    public static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void Append(StringBuilder text, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                text.Append("\\n");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case 0x1b:
                text.Append("\\e");
                break;
            case '\\':
                text.Append("\\\\");
                break;
            case < 0x20 or 0x7f:
                AppendByte(text, (byte)rune.Value);
                break;
            default:
                if (IsPlain(rune))
                {
                    text.Append(rune.ToString());
                }
                else
                {
                    text.Append("\\u{").Append(rune.Value.ToString("x", CultureInfo.InvariantCulture)).Append('}');
                }

                break;
        }
    }

    // Other spaces than the usual one look like it.
    private static bool IsPlain(Rune rune) => rune.Value is ' '
        || (!IsInvisible(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpaceSeparator);

    private static void AppendByte(StringBuilder text, byte value) =>
        text.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture));
}
