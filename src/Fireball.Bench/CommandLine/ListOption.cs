using Fireball.Programs;

namespace Fireball.Bench;

/// <summary>Values with commas between.</summary>
internal static class ListOption
{
    /// <summary>Reads one value.</summary>
    public delegate bool TryParse<T>(string text, out T value);

    /// <summary>Things by their names.</summary>
    /// <returns>Null: nothing was given.</returns>
    /// <exception cref="UsageException">There is no such thing; with what there is.</exception>
    public static T[]? Names<T>(string option, string? text, IReadOnlyList<T> all, Func<T, string> name) =>
        text is null ? null : [.. Words(option, text).Select(word => all.FirstOrDefault(one => name(one) == word)
            ?? throw new UsageException($"{option}: there is no {word}; there are {string.Join(", ", all.Select(name))}"))];

    /// <summary>Values.</summary>
    /// <returns>Null: nothing was given.</returns>
    /// <exception cref="UsageException">One is none.</exception>
    public static T[]? Read<T>(string option, string? text, TryParse<T> parse, string what) =>
        text is null ? null : [.. Words(option, text).Select(word => parse(word, out T value)
            ? value
            : throw new UsageException($"{option} {word}: not {what}"))];

    private static string[] Words(string option, string text)
    {
        string[] words = text.Split(',', StringSplitOptions.TrimEntries);
        return words.Distinct(StringComparer.Ordinal).Count() == words.Length
            ? words
            : throw new UsageException($"{option} {text}: a value stands there twice");
    }
}
