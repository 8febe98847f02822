using System.Globalization;
using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// What ssh_config and options say for one host, by keyword; of each the first value holds, as in ssh. Not thread-safe.
/// </summary>
internal sealed class SshSettings
{
    private readonly Dictionary<string, ConfigLine> _values = new(StringComparer.Ordinal);
    private readonly List<string> _identityFiles = [];

    /// <summary>IdentityFile, all of them, as they are written.</summary>
    internal IReadOnlyList<string> IdentityFiles => _identityFiles;

    /// <summary>User; where nothing is set, who runs this process.</summary>
    internal string User => Text("user") ?? Environment.UserName;

    /// <summary>Port; 22 where nothing is set.</summary>
    internal int Port => Number("port", 22, 65535);

    /// <summary>What cannot be had here is had with the other implementation.</summary>
    internal static TunnelException NotSupported(string location, string what) =>
        TunnelException.Lasting(ConnectPhase.Connect, $"{location}: {what} is not supported by SSH.NET; use --ssh openssh");

    /// <summary>As <see cref="ConfigLine.Parse"/>, with the exception of a connect.</summary>
    internal static ConfigLine? Parse(string text, string location)
    {
        try
        {
            return ConfigLine.Parse(text, location);
        }
        catch (FormatException e)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, e.Message, e);
        }
    }

    /// <summary>Takes a line that applies.</summary>
    /// <exception cref="TunnelException">Phase connect: it says what is refused.</exception>
    internal void Apply(ConfigLine line)
    {
        if (line.Keyword == "identityfile")
        {
            _identityFiles.Add(line.Value);
        }
        else if (ConfigKeywords.Honoured.Contains(line.Keyword))
        {
            _values.TryAdd(line.Keyword, line);
        }
        else if (!ConfigKeywords.Ignored.Contains(line.Keyword) && !IsUnknownOnPurpose(line.Keyword))
        {
            // As ssh: whichever of the two comes first holds.
            if (line.Keyword == "proxycommand" && _values.ContainsKey("proxyjump"))
            {
                return;
            }

            if (!ConfigKeywords.RefusedUnless.TryGetValue(line.Keyword, out string? neutral))
            {
                throw NotSupported(line.Location, line.Written);
            }

            // The first value holds for these too: "ProxyCommand none" for a host switches off the one for all.
            if (_values.TryAdd(line.Keyword, line) && !line.Value.Equals(neutral, StringComparison.OrdinalIgnoreCase))
            {
                throw NotSupported(line.Location, line.Written);
            }
        }
    }

    /// <summary>HostName with %h, the host as it was named, and %%; that host where nothing is set.</summary>
    internal string HostName(string host) =>
        _values.TryGetValue("hostname", out var line) ? Tokens.Expand(line, new Dictionary<char, string> { ['h'] = host }) : host;

    /// <summary>The line that set a keyword; null: none did.</summary>
    internal ConfigLine? Line(string keyword) => _values.GetValueOrDefault(keyword);

    /// <summary>A value as it is written; null: nothing is set.</summary>
    internal string? Text(string keyword) => _values.TryGetValue(keyword, out var line) ? line.Value : null;

    /// <summary>"yes" or "no".</summary>
    internal bool Flag(string keyword, bool unset) => !_values.TryGetValue(keyword, out var line)
        ? unset
        : line.Value.ToLowerInvariant() switch
        {
            "yes" or "true" => true,
            "no" or "false" => false,
            _ => throw Bad(line),
        };

    /// <summary>A number from 1 up.</summary>
    internal int Number(string keyword, int unset, int most) => !_values.TryGetValue(keyword, out var line)
        ? unset
        : int.TryParse(line.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && number <= most
            ? number
            : throw Bad(line);

    /// <summary>A time in sshd_config's format ("15", "2m"); none and 0: null.</summary>
    internal TimeSpan? Time(string keyword, TimeSpan unset)
    {
        if (!_values.TryGetValue(keyword, out var line))
        {
            return unset;
        }

        if (line.Value is "none" or "0")
        {
            return null;
        }

        int unit = line.Value[^1] switch
        {
            's' or 'S' => 1,
            'm' or 'M' => 60,
            'h' or 'H' => 3600,
            _ => 0,
        };
        string digits = unit == 0 ? line.Value : line.Value[..^1];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count < 1_000_000
            ? TimeSpan.FromSeconds((double)count * Math.Max(1, unit))
            : throw Bad(line);
    }

    /// <summary>A value that is none of the keyword's.</summary>
    internal static TunnelException Bad(ConfigLine line) => TunnelException.Lasting(
        ConnectPhase.Connect, $"{line.Location}: {Printable.Quote(line.Value)} is no value of {line.Written}");

    private bool IsUnknownOnPurpose(string keyword) =>
        _values.TryGetValue("ignoreunknown", out var line)
        && Wildcard.MatchesAny(keyword, line.Value.ToLowerInvariant().Split(','));
}
