namespace Fireball.Cli;

/// <summary>HOST:PATH, as scp and rsync write it.</summary>
/// <param name="Destination">The host, as ssh takes it.</param>
/// <param name="Path">The path there; empty: the home directory.</param>
internal readonly record struct RemotePath(string Destination, string Path)
{
    /// <summary>
    /// Reads HOST:PATH. The first colon outside brackets separates; a slash before it makes the word a local path
    /// ("./a:b"). "ssh://HOST:PORT/PATH" has its path after the slash.
    /// </summary>
    public static bool TryParse(string text, out RemotePath result)
    {
        const string Scheme = "ssh://";
        if (text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            int slash = text.IndexOf('/', Scheme.Length);
            result = slash < 0
                ? new RemotePath(text, "")
                : new RemotePath(text[..slash], text[(slash + 1)..]);
            return result.Destination.Length > Scheme.Length;
        }

        bool inBrackets = false;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '[':
                    inBrackets = true;
                    break;
                case ']':
                    inBrackets = false;
                    break;
                case '/':
                    result = default;
                    return false;
                case ':' when !inBrackets && i > 0:
                    result = new RemotePath(WithoutBrackets(text[..i]), text[(i + 1)..]);
                    return true;
            }
        }

        result = default;
        return false;
    }

    // "[::1]" and "user@[::1]" are scp's notation; ssh itself takes the bare address.
    private static string WithoutBrackets(string host)
    {
        int open = host.IndexOf('[', StringComparison.Ordinal);
        return open >= 0 && host[^1] == ']' && (open == 0 || host[open - 1] == '@')
            ? host[..open] + host[(open + 1)..^1]
            : host;
    }
}
