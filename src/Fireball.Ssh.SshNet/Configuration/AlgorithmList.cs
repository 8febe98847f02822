namespace Fireball.Ssh.SshNet;

/// <summary>The lists of algorithms of ssh_config(5): names, or changes to what there is.</summary>
internal static class AlgorithmList
{
    /// <summary>
    /// What is offered, in order. A plain list: those of it that there are. "^": moved to the front. "-": left out.
    /// "+": those that are not offered otherwise, at the end.
    /// </summary>
    /// <param name="list">As it is written; null: nothing is.</param>
    /// <param name="usual">What is offered otherwise, in order.</param>
    /// <param name="all">All that there are.</param>
    internal static IReadOnlyList<string> Select(string? list, IReadOnlyList<string> usual, IReadOnlyList<string> all)
    {
        if (string.IsNullOrEmpty(list))
        {
            return usual;
        }

        string[] patterns = list.TrimStart('+', '-', '^').Split(',');
        List<string> named = [.. patterns.SelectMany(p => all.Where(a => Wildcard.Matches(a, p))).Distinct(StringComparer.Ordinal)];
        return list[0] switch
        {
            '+' => [.. usual.Union(named, StringComparer.Ordinal)],
            '-' => [.. usual.Except(named, StringComparer.Ordinal)],
            '^' => [.. named.Union(usual, StringComparer.Ordinal)],
            _ => named,
        };
    }
}
