namespace Fireball.Ssh;

/// <summary>
/// Whether the user's ssh_config asks for forwards of its own (LocalForward and the like). They are meant for a
/// person's session: bound by our connection, which stays in the background, they would be taken when the person
/// comes. ssh can leave them out (ClearAllForwardings), but leaves ours out with them.
/// </summary>
internal static class ForwardSettings
{
    private static readonly string[] Keywords = ["localforward", "remoteforward", "dynamicforward"];

    // Include may nest 16 deep (READCONF_MAX_DEPTH of OpenSSH).
    private const int MaxDepth = 16;

    // More than `ssh -G` prints (some 5 KiB), bytes.
    private const int MaxOutput = 256 << 10;

    /// <summary>
    /// A file, or one that it includes, has such a line, for whatever host. Where in doubt (a file that cannot be read,
    /// a pattern too clever) it has: then ssh is asked.
    /// </summary>
    /// <param name="file">An ssh_config file.</param>
    /// <param name="home">What "~" and relative names of Include mean: the directory with ".ssh".</param>
    /// <param name="depth">How many Includes led here.</param>
    internal static bool Mentioned(string file, string home, int depth = 0)
    {
        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            return depth > MaxDepth || File.ReadLines(file).Any(line => Mentions(line, file, home, depth));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>ssh itself says so, for this destination.</summary>
    /// <param name="arguments">Our command line, with our forward.</param>
    /// <param name="ours">The socket of our forward.</param>
    /// <param name="environment">ssh's environment.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    internal static async Task<bool> ApplyAsync(
        IReadOnlyList<string> arguments, string ours, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        string output = await SshProcess.ReadAsync(
            [arguments[0], "-G", .. arguments.Skip(1)], environment, MaxOutput, cancellationToken).ConfigureAwait(false);
        return output
            .Split('\n')
            .Where(line => !line.Contains(ours, StringComparison.Ordinal))
            .Any(line => Keywords.Any(keyword => line.StartsWith(keyword + " ", StringComparison.Ordinal)));
    }

    private static bool Mentions(string line, string file, string home, int depth)
    {
        string[] words = line.Split([' ', '\t', '=', '"'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 2)
        {
            return false;
        }

        return Keywords.Contains(words[0], StringComparer.OrdinalIgnoreCase)
            || (words[0].Equals("include", StringComparison.OrdinalIgnoreCase)
                && words.Skip(1).Any(pattern => IncludeMentions(pattern, file, home, depth)));
    }

    private static bool IncludeMentions(string pattern, string file, string home, int depth)
    {
        string path = pattern switch
        {
            ['~', '/', ..] => home + pattern[1..],
            ['/', ..] => pattern,
            _ when file.StartsWith("/etc/", StringComparison.Ordinal) => "/etc/ssh/" + pattern,
            _ => home + "/.ssh/" + pattern,
        };
        string directory = Path.GetDirectoryName(path) ?? "/";
        if (directory.IndexOfAny(['*', '?', '[', '$', '%']) >= 0 || path.IndexOfAny(['[', '$', '%']) >= 0)
        {
            return true;
        }

        return Directory.Exists(directory)
            && Directory.EnumerateFiles(directory, Path.GetFileName(path)).Any(f => Mentioned(f, home, depth + 1));
    }
}
