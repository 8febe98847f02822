namespace Fireball.Ssh.SshNet;

/// <summary>The patterns of ssh_config(5) and known_hosts: "*" and "?", lists of them, and "!" for not.</summary>
internal static class Wildcard
{
    /// <summary>Whether one pattern fits the whole text. Linear in their product, whatever the pattern.</summary>
    internal static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        // Where the last "*" stands, and how much of the text it has taken; it takes one more at each mismatch.
        int star = -1, taken = 0, t = 0, p = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                taken = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++taken;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }

    /// <summary>Whether one of the patterns fits and none of those that begin with "!".</summary>
    internal static bool MatchesAny(string text, IEnumerable<string> patterns)
    {
        bool found = false;
        foreach (string pattern in patterns)
        {
            if (pattern.StartsWith('!'))
            {
                if (Matches(text, pattern.AsSpan(1)))
                {
                    return false;
                }
            }
            else
            {
                found |= Matches(text, pattern);
            }
        }

        return found;
    }
}
