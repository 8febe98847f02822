using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>One JSON value and a newline on standard output.</summary>
internal static class JsonOutput
{
    public static async Task WriteAsync(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(json);
        }

        string text = EscapeInvisible(Encoding.UTF8.GetString(buffer.WrittenSpan)) + "\n";
        _ = await OutputSink.WriteAsync(isError: false, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// JSON in which no character hides or reorders others, for people who look at it: such ones stand in strings only, and
    /// become \uNNNN there.
    /// </summary>
    internal static string EscapeInvisible(string json)
    {
        var text = new StringBuilder(json.Length);
        Span<char> units = stackalloc char[2];
        foreach (Rune rune in json.EnumerateRunes())
        {
            if (rune.IsAscii || !TerminalText.IsInvisible(rune))
            {
                text.Append(rune.ToString());
                continue;
            }

            foreach (char unit in units[..rune.EncodeToUtf16(units)])
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
        }

        return text.ToString();
    }
}
