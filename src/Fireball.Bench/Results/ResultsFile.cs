using System.Text.Json;

namespace Fireball.Bench;

/// <summary>Results in a file.</summary>
internal static class ResultsFile
{
    // Far above what any run writes (some 10 KiB a case); a wrong file is not read into memory.
    private const long MaxBytes = 256 << 20;

    /// <summary>Writes them.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, BenchResults results) =>
        File.WriteAllBytes(path, [.. JsonSerializer.SerializeToUtf8Bytes(results, ResultsJson.Default.BenchResults), (byte)'\n']);

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">The file does not hold results, in one line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static BenchResults Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length > MaxBytes)
        {
            throw new FormatException($"{path}: no results: larger than {MaxBytes >> 20} MiB");
        }

        try
        {
            BenchResults results = JsonSerializer.Deserialize(file, ResultsJson.Default.BenchResults)
                ?? throw new FormatException("null");
            if (results.Schema != BenchResults.CurrentSchema)
            {
                throw new FormatException($"its schema is {results.Schema}, this program reads {BenchResults.CurrentSchema}");
            }

            if (results.Goals?.Contains(null!) == true)
            {
                throw new FormatException("null in a list");
            }

            // Found now, with the file's name, and not in the middle of a table.
            foreach (CaseResult? one in results.Cases)
            {
                // Nullable annotations are checked for fields, not for what lists hold.
                if (one is null || one.Rounds.Contains(null))
                {
                    throw new FormatException("null in a list");
                }

                long calls = one.MergedLatency().Count;
                if (calls != one.Rounds.Sum(round => round.Calls) || one.Rounds.Any(round => round.Calls < 1 || !(round.Seconds > 0)))
                {
                    throw new FormatException($"{one.Transport}, {one.Key}: calls and histogram do not agree");
                }
            }

            return results;
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new FormatException($"{path}: no results: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }
}
