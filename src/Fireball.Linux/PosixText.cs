using System.Text;

namespace Fireball.Linux;

/// <summary>
/// Text that may be any bytes (arguments, paths) as strings and back, without loss: what is not UTF-8 becomes lone
/// low surrogates U+DC80 to U+DCFF, one a byte (as Python's "surrogateescape", PEP 383).
/// </summary>
public static class PosixText
{
    private const int EscapeBase = 0xDC00;

    /// <summary>The bytes of a string that <see cref="Decode"/> made, or of any other as UTF-8.</summary>
    public static byte[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!ContainsEscape(text))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var bytes = new List<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                i += rune.Utf16SequenceLength;
            }
            else
            {
                bytes.Add(IsEscape(text[i]) ? (byte)(text[i] - EscapeBase) : (byte)'?');
                i++;
            }
        }

        return [.. bytes];
    }

    /// <summary>Each of these strings as <see cref="Encode"/> has it: a program and its arguments.</summary>
    public static ReadOnlyMemory<byte>[] EncodeAll(IEnumerable<string> texts) =>
        [.. texts.Select(text => (ReadOnlyMemory<byte>)Encode(text))];

    /// <summary>A string that holds exactly these bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                // Bytes below 0x80 are always UTF-8, so what is left here is 0x80 to 0xFF.
                consumed = 1;
                text.Append((char)(EscapeBase + bytes[0]));
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    private static bool ContainsEscape(string text)
    {
        foreach (char c in text)
        {
            if (char.IsSurrogate(c))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEscape(char c) => c is >= '\uDC80' and <= '\uDCFF';
}
