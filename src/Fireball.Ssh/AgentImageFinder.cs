namespace Fireball.Ssh;

/// <summary>Where the agent executables are: `DIRECTORY/linux-x64/fireball-agent` and its like.</summary>
public static class AgentImageFinder
{
    /// <summary>Names a directory of agents; comes before the one beside the program.</summary>
    public const string EnvironmentVariable = "FIREBALL_AGENTS";

    private const string Platform = "linux-x64";

    /// <summary>
    /// The agent's path: in <paramref name="directory"/> where given, else in $FIREBALL_AGENTS where set, else in
    /// "agents" beside the program.
    /// </summary>
    /// <param name="executable">The agent's name, "fireball-agent".</param>
    /// <param name="directory">A directory of agents; null: see above.</param>
    /// <exception cref="FileNotFoundException">There is none; says where it was looked for and what to do.</exception>
    public static string Find(string executable, string? directory = null)
    {
        directory ??= Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } set
            ? set
            : Path.Combine(AppContext.BaseDirectory, "agents");
        string inside = Path.Combine(Platform, executable);
        string path = Path.Combine(directory, inside);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"no agent executable at {path}; build it with tools/build, or set {EnvironmentVariable} to a directory with {inside}",
                path);
    }
}
