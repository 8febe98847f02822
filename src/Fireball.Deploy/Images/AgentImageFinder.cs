using Fireball.Linux;

namespace Fireball.Deploy;

/// <summary>Where the agent executables are: `DIRECTORY/linux-x64/fireball-agent` and its like.</summary>
public static class AgentImageFinder
{
    /// <summary>Names a directory of agents; comes before the one beside the program.</summary>
    public const string EnvironmentVariable = "FIREBALL_AGENTS";

    /// <summary>
    /// Where the agent is looked for: in <paramref name="directory"/> where given, else in $FIREBALL_AGENTS where set, else
    /// in "agents" beside the program.
    /// </summary>
    /// <param name="executable">The agent's name, "fireball-agent".</param>
    /// <param name="platform">What it runs on.</param>
    /// <param name="directory">A directory of agents; null: see above.</param>
    public static string PathOf(string executable, AgentPlatform platform, string? directory = null) =>
        Path.Combine(directory ?? Named ?? BesideProgram, Inside(executable, platform));

    /// <summary>The path of an agent that is there, and that no other user may change; see <see cref="PathOf"/>.</summary>
    /// <exception cref="FileNotFoundException">There is none; says where it was looked for and what to do.</exception>
    /// <exception cref="UnauthorizedAccessException">Another user may change it; says which directory or file.</exception>
    public static string Find(string executable, AgentPlatform platform, string? directory = null)
    {
        string path = Path.GetFullPath(PathOf(executable, platform, directory));
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"no agent executable at {path}; build it with tools/build, or set {EnvironmentVariable} to a directory with {Inside(executable, platform)}",
                path);
        }

        string? problem = directory is null && Named is null
            ? TrustedPath.WhyNotBelow(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), path)
            : TrustedPath.WhyNot(path);
        return problem is null ? path : throw new UnauthorizedAccessException($"the agent {path} is not sent: {problem}");
    }

    private static string? Named => Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } set ? set : null;

    private static string BesideProgram => Path.Combine(AppContext.BaseDirectory, "agents");

    private static string Inside(string executable, AgentPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return Path.Combine(platform.Name, executable);
    }
}
