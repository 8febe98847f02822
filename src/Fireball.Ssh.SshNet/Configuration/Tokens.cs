using System.Text;
using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>The tokens of ssh_config(5), "TOKENS", in a value.</summary>
internal static class Tokens
{
    /// <summary>Puts values in the place of %x, and "%" of "%%".</summary>
    /// <exception cref="TunnelException">Phase connect: another token.</exception>
    internal static string Expand(ConfigLine line, IReadOnlyDictionary<char, string> values) =>
        Expand(line.Value, line.Location, values);

    /// <summary>As above, of a value on its own.</summary>
    internal static string Expand(string value, string location, IReadOnlyDictionary<char, string> values)
    {
        var text = new StringBuilder();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                text.Append(value[i]);
                continue;
            }

            char token = ++i < value.Length ? value[i] : ' ';
            text.Append(
                token == '%' ? "%"
                : values.TryGetValue(token, out string? replacement) ? replacement
                : throw SshSettings.NotSupported(location, $"the token %{token} in {Printable.Quote(value)}"));
        }

        return text.ToString();
    }

    /// <summary>A file's name: "~/" and "${NAME}" too.</summary>
    /// <exception cref="TunnelException">Phase connect: another token, another user's "~", a variable that is not set.</exception>
    internal static string ExpandPath(string value, string location, string home, IReadOnlyDictionary<char, string> values)
    {
        string text = Expand(value, location, values);
        for (int at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at, StringComparison.Ordinal))
        {
            int end = text.IndexOf('}', at);
            string name = end < 0 ? "" : text[(at + 2)..end];
            string variable = (name.Length == 0 ? null : Environment.GetEnvironmentVariable(name))
                ?? throw TunnelException.Lasting(ConnectPhase.Connect, $"{location}: a variable in {Printable.Quote(value)} is not set");
            text = text[..at] + variable + text[(end + 1)..];
            at += variable.Length;
        }

        return text switch
        {
            "~" => home,
            ['~', '/', ..] => home + text[1..],
            ['~', ..] => throw SshSettings.NotSupported(location, $"another user's home in {Printable.Quote(value)}"),
            _ => text,
        };
    }
}
