using Fireball.Deploy;

namespace Fireball.TestSupport;

/// <summary>
/// The agents that tools/build has left: in $FIREBALL_AGENTS, or artifacts/agents of this repository; and the programs beside
/// that directory.
/// </summary>
public static class BuiltAgent
{
    /// <summary>The directory of agents, whether it is there or not; null: this is no clone of the repository.</summary>
    public static string? Agents { get; } = FindAgents();

    /// <summary>The path of the one for ZMTP and this machine; null where it was not built.</summary>
    public static string? Path { get; } = PathOf("fireball-agent");

    /// <summary>The directory that holds fireball and fireball-serve; null where they were not built.</summary>
    public static string? Programs { get; } = FindPrograms();

    /// <summary>The path of the one of this name for this machine; null where it was not built.</summary>
    public static string? PathOf(string executable) => PathOf(executable, AgentPlatform.OfThisMachine);

    /// <summary>The path of the one of this name for a platform; null where it was not built.</summary>
    public static string? PathOf(string executable, AgentPlatform platform)
    {
        string? path = Agents is null ? null : AgentImageFinder.PathOf(executable, platform, Agents);
        return File.Exists(path) ? path : null;
    }

    private static string? FindAgents() => Environment.GetEnvironmentVariable("FIREBALL_AGENTS")
        ?? (Repository.Root is { } root ? System.IO.Path.Combine(root, "artifacts", "agents") : null);

    private static string? FindPrograms()
    {
        string directory = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path ?? "/no", "..", "..", ".."));
        return File.Exists(System.IO.Path.Combine(directory, "fireball")) && File.Exists(System.IO.Path.Combine(directory, "fireball-serve"))
            ? directory
            : null;
    }
}
