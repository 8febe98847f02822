using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// Reads ssh_config files for one host: follows Host, Match and Include, and hands on the lines that apply, in order.
/// Not thread-safe.
/// </summary>
/// <param name="host">The host as it was named.</param>
/// <param name="home">The directory with ".ssh".</param>
/// <param name="settings">What has been set until now; takes the lines.</param>
internal sealed class ConfigReader(string host, string home, SshSettings settings)
{
    // Include may nest 16 deep (READCONF_MAX_DEPTH of OpenSSH).
    private const int MaxDepth = 16;

    // The longest file read, bytes; arbitrary, far above what people write.
    private const int MaxSize = 16 << 20;

    /// <summary>Reads a file, if it is there.</summary>
    /// <exception cref="TunnelException">Phase connect: it cannot be read, or says what is refused.</exception>
    internal void Read(string file) => Read(file, isActive: true, depth: 0);

    private void Read(string file, bool isActive, int depth)
    {
        if (!File.Exists(file))
        {
            return;
        }

        if (depth > MaxDepth || new FileInfo(file).Length > MaxSize)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, $"{file}: too many or too large files of ssh_config include each other");
        }

        // Within an Include, Host and Match can only narrow what applied where it stands.
        bool parent = isActive;
        int number = 0;
        foreach (string text in ReadLines(file))
        {
            number++;
            var line = SshSettings.Parse(text, $"ssh_config line {number} of {file}");
            switch (line?.Keyword)
            {
                case null:
                    break;
                case "host":
                    isActive = parent && Wildcard.MatchesAny(host, line.Arguments);
                    break;
                case "match":
                    isActive = parent && MatchApplies(line);
                    break;
                case "include":
                    foreach (string included in line.Arguments.SelectMany(pattern => Included(pattern, file)))
                    {
                        Read(included, isActive, depth + 1);
                    }

                    break;
                default:
                    if (isActive)
                    {
                        settings.Apply(line);
                    }

                    break;
            }
        }
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, $"cannot read the ssh configuration file {Printable.Quote(file)}: {e.Message}", e);
        }
    }

    private bool MatchApplies(ConfigLine line)
    {
        bool applies = true;
        for (int i = 0; i < line.Arguments.Count && applies; i++)
        {
            string criterion = line.Arguments[i].ToLowerInvariant();
            bool isNegated = criterion.StartsWith('!');
            criterion = criterion.TrimStart('!');
            if (criterion == "all")
            {
                applies = !isNegated;
                continue;
            }

            string? subject = criterion switch
            {
                "host" => settings.HostName(host),
                "originalhost" => host,
                "user" => settings.User,
                "localuser" => Environment.UserName,
                _ => throw SshSettings.NotSupported(line.Location, "Match " + criterion),
            };
            if (++i == line.Arguments.Count)
            {
                throw TunnelException.Lasting(ConnectPhase.Connect, $"{line.Location}: Match {criterion} needs a pattern");
            }

            applies = Wildcard.MatchesAny(subject!, line.Arguments[i].Split(',')) != isNegated;
        }

        return applies;
    }

    private IEnumerable<string> Included(string pattern, string file)
    {
        string path = pattern switch
        {
            ['~', '/', ..] => home + pattern[1..],
            ['/', ..] => pattern,
            _ when file.StartsWith("/etc/", StringComparison.Ordinal) => "/etc/ssh/" + pattern,
            _ => home + "/.ssh/" + pattern,
        };
        string directory = Path.GetDirectoryName(path) ?? "/";
        string name = Path.GetFileName(path);
        if (directory.AsSpan().IndexOfAny("*?[") >= 0 || name.Contains('[', StringComparison.Ordinal))
        {
            throw SshSettings.NotSupported($"Include in {file}", $"the pattern {Printable.Quote(pattern)}");
        }

        if (name.AsSpan().IndexOfAny("*?") < 0)
        {
            return [path];
        }

        // As glob(3) has it: in order, and without hidden files unless they are asked for.
        return Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory)
                .Where(f => Wildcard.Matches(Path.GetFileName(f), name) && (name[0] == '.' || Path.GetFileName(f)[0] != '.'))
                .Order(StringComparer.Ordinal)
            : [];
    }
}
