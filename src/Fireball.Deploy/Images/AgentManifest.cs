using System.Reflection;

namespace Fireball.Deploy;

/// <summary>
/// The agents that a program was built with, by their hashes. tools/build compiles it into each program, so that what lies where
/// agents are looked for is compared before it is sent. Immutable.
/// </summary>
/// <param name="hashes">SHA-256, 64 lower-case hexadecimal digits, by path within the directory of agents ("linux-x64/fireball-agent.gz").</param>
public sealed class AgentManifest(IReadOnlyDictionary<string, string> hashes)
{
    /// <summary>The resource's name in the program's assembly.</summary>
    private const string Resource = "agents.sha256";

    // "HASH  PATH" or "HASH *PATH".
    private const int HashDigits = 64;
    private const int Separator = 2;

    private static readonly Lazy<AgentManifest?> Own = new(ReadOwn);

    /// <summary>That of this program; null: it was built without, and takes the agents that it finds.</summary>
    public static AgentManifest? OfThisProgram => Own.Value;

    /// <summary>Reads what `sha256sum` prints: a line for each file.</summary>
    /// <exception cref="FormatException">A line is none of its.</exception>
    public static AgentManifest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length <= HashDigits + Separator || line[..HashDigits].Any(c => !char.IsAsciiHexDigitLower(c)) || line[HashDigits] != ' ')
            {
                throw new FormatException($"no line of sha256sum: \"{line}\"");
            }

            hashes[line[(HashDigits + Separator)..]] = line[..HashDigits];
        }

        return new AgentManifest(hashes);
    }

    /// <summary>The hash of a file; null: the program was not built with such a one.</summary>
    /// <param name="platform">What it runs on.</param>
    /// <param name="file">Its name, "fireball-agent" or "fireball-agent.gz".</param>
    public string? HashOf(AgentPlatform platform, string file)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return hashes.GetValueOrDefault($"{platform.Name}/{file}");
    }

    private static AgentManifest? ReadOwn()
    {
        using Stream? resource = Assembly.GetEntryAssembly()?.GetManifestResourceStream(Resource);
        if (resource is null)
        {
            return null;
        }

        using var reader = new StreamReader(resource);
        string text = reader.ReadToEnd();
        return string.IsNullOrWhiteSpace(text) ? null : Parse(text);
    }
}
