using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>Which host, in ssh's own words; made by <see cref="Parse"/>, which refuses what is not a host's name.</summary>
/// <param name="Destination">"web1", "user@web1" or "ssh://user@web1:2222".</param>
/// <param name="Arguments">Options for ssh before the destination, such as "-F", "FILE".</param>
public sealed record SshTarget(string Destination, IReadOnlyList<string> Arguments)
{
    /// <summary>The longest destination, characters: a DNS name (253), a user name (32), scheme and port; rounded up.</summary>
    public const int MaxLength = 512;

    private const string Scheme = "ssh://";

    /// <summary>The options of ssh that are passed through, each with a value: config file, option, key, port, jump, login.</summary>
    private const string OptionsWithValue = "FoipJl";

    /// <summary>
    /// Checks a destination and its options. Refused: an empty name, a leading dash in host or user (ssh would take
    /// it for an option), and every character that a shell, ssh_config's tokens or a terminal would take for more than a
    /// letter (ssh hands the name to ProxyCommand and Match exec, which are shell lines).
    /// </summary>
    /// <param name="destination">"web1", "user@web1", "ssh://user@web1:2222", also with an IPv4 or "[IPv6]" address.</param>
    /// <param name="arguments">
    /// -F FILE, -o OPTION, -i FILE, -p PORT, -J HOST, -l USER (each as two arguments), -v, -4, -6, -A, -a, -C.
    /// </param>
    /// <exception cref="FormatException">One line that says what is wrong.</exception>
    public static SshTarget Parse(string destination, IEnumerable<string>? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (WhyNotDestination(destination) is { } reason)
        {
            throw new FormatException($"host name {Printable.Quote(destination)} refused: {reason}");
        }

        var list = arguments?.ToArray() ?? [];
        CheckArguments(list);
        return new SshTarget(destination, list);
    }

    /// <summary>The same, checked again, for those who made it without <see cref="Parse"/>.</summary>
    /// <exception cref="TunnelException">Phase resolve, with what is wrong.</exception>
    internal SshTarget Checked()
    {
        try
        {
            return Parse(Destination, Arguments);
        }
        catch (FormatException e)
        {
            throw new TunnelException(ConnectPhase.Resolve, e.Message, e);
        }
    }

    private static string? WhyNotDestination(string destination)
    {
        if (destination.Length > MaxLength)
        {
            return $"longer than {MaxLength} characters";
        }

        var rest = destination.AsSpan();
        bool isUri = rest.StartsWith(Scheme, StringComparison.Ordinal);
        if (isUri)
        {
            rest = rest[Scheme.Length..];
        }

        int at = rest.LastIndexOf('@');
        if (at >= 0 && (WhyNotUser(rest[..at]) is { } reason))
        {
            return reason;
        }

        return WhyNotHost(rest[(at + 1)..], isUri);
    }

    private static string? WhyNotUser(ReadOnlySpan<char> user)
    {
        if (user.IsEmpty)
        {
            return "the user before \"@\" is empty";
        }

        foreach (char c in user)
        {
            // "@" and "\" occur in the names of directory services (user@REALM, DOMAIN\user); "+" in winbind's.
            if (!char.IsAsciiLetterOrDigit(c) && !"._-+@\\".Contains(c, StringComparison.Ordinal))
            {
                return $"{Printable.Quote(c.ToString())} cannot be in a user's name";
            }
        }

        return user[0] == '-' ? "the user begins with a dash" : null;
    }

    private static string? WhyNotHost(ReadOnlySpan<char> host, bool isUri)
    {
        if (isUri)
        {
            int colon = host.LastIndexOf(':');
            if (colon > host.LastIndexOf(']'))
            {
                if (!IsPort(host[(colon + 1)..]))
                {
                    return "the port is not a number from 1 to 65535";
                }

                host = host[..colon];
            }

            if (host.Length > 2 && host[0] == '[' && host[^1] == ']')
            {
                host = host[1..^1];
            }
        }

        if (host.IsEmpty)
        {
            return "it is empty";
        }

        foreach (char c in host)
        {
            // ":" for IPv6 addresses, "%" for their zones (letters after it only, so no token of ssh_config is made:
            // ssh expands tokens in its options, never in the destination).
            if (!char.IsAsciiLetterOrDigit(c) && !"._-:%".Contains(c, StringComparison.Ordinal) && c < 0x80)
            {
                return $"{Printable.Quote(c.ToString())} cannot be in a host's name";
            }

            if (c >= 0x80 && !char.IsLetterOrDigit(c))
            {
                return $"{Printable.Quote(c.ToString())} cannot be in a host's name";
            }
        }

        if (host.Contains('%') && !host.Contains(':'))
        {
            return "\"%\" can only be in an IPv6 address";
        }

        return host[0] == '-' ? "it begins with a dash" : null;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length <= 5 && !text.ContainsAnyExceptInRange('0', '9')
        && int.TryParse(text, out int port) && port is > 0 and <= 65535;

    private static void CheckArguments(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string option = arguments[i];
            if (option is "-v" or "-vv" or "-vvv" or "-4" or "-6" or "-A" or "-a" or "-C")
            {
                continue;
            }

            if (option.Length != 2 || option[0] != '-' || !OptionsWithValue.Contains(option[1], StringComparison.Ordinal))
            {
                throw new FormatException(
                    $"ssh option {Printable.Quote(option)} cannot be passed on; there are -F, -o, -i, -p, -J, -l, -v, -4, -6, -A, -a and -C");
            }

            if (++i == arguments.Length || arguments[i].Length == 0)
            {
                throw new FormatException($"ssh option {option} needs a value");
            }

            if (arguments[i].Contains('\0', StringComparison.Ordinal))
            {
                throw new FormatException($"the value of ssh option {option} holds a NUL");
            }

            if (option == "-p" && !IsPort(arguments[i]))
            {
                throw new FormatException($"port {Printable.Quote(arguments[i])} is not a number from 1 to 65535");
            }
        }
    }
}
