
namespace Fireball.Zmtp;

/// <summary>The body of a command frame, RFC 37 "Commands".</summary>
/// <remarks>
/// <code>
/// offset  size  field
///      0     1  length n of the name, 1 to 255
///      1     n  name: ASCII
///    1+n  rest  the command's own data
/// </code>
/// The prose of RFC 23 and 37 calls the name null-terminated; their grammar, followed by every implementation,
/// prefixes its length.
/// </remarks>
internal readonly ref struct Command
{
    private Command(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Name = name;
        Data = data;
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Parses a whole command body.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out Command command)
    {
        command = default;
        // A PLAIN server of libzmq 4.3 writes its ERROR so: the "\x05E" of its source is one character to a C compiler.
        if (body.StartsWith("^RROR"u8))
        {
            command = new Command("ERROR"u8, body[5..]);
            return true;
        }

        if (body.IsEmpty || body[0] == 0 || body.Length < 1 + body[0])
        {
            return false;
        }

        command = new Command(body.Slice(1, body[0]), body[(1 + body[0])..]);
        return true;
    }

    /// <summary>
    /// Parses the data of an ERROR command: one length byte and the reason. Everything but printable ASCII becomes "?".
    /// </summary>
    public static bool TryParseErrorReason(ReadOnlySpan<byte> data, out string reason)
    {
        reason = "";
        if (data.IsEmpty || data.Length != 1 + data[0])
        {
            return false;
        }

        reason = Printable(data[1..]);
        return true;
    }

    /// <summary>Text of a peer, safe to show.</summary>
    public static string Printable(ReadOnlySpan<byte> text)
    {
        var characters = new char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            characters[i] = text[i] is >= 0x20 and < 0x7F ? (char)text[i] : '?';
        }

        return new string(characters);
    }
}
