namespace Fireball.TestSupport;

/// <summary>
/// The agents that tools/build has left: in $FIREBALL_AGENTS, or artifacts/agents of this repository; and the programs beside
/// that directory.
/// </summary>
public static class BuiltAgent
{
    /// <summary>The path of the one for ZMTP; null where it was not built.</summary>
    public static string? Path { get; } = PathOf("fireball-agent");

    /// <summary>The directory that holds fireball and fireball-serve; null where they were not built.</summary>
    public static string? Programs { get; } = FindPrograms();

    /// <summary>The path of one of this name; null where it was not built.</summary>
    public static string? PathOf(string executable)
    {
        string? agents = Environment.GetEnvironmentVariable("FIREBALL_AGENTS");
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); agents is null && directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Fireball.Grpc.sln")))
            {
                agents = System.IO.Path.Combine(directory.FullName, "artifacts", "agents");
            }
        }

        string? path = agents is null ? null : System.IO.Path.Combine(agents, "linux-x64", executable);
        return File.Exists(path) ? path : null;
    }

    private static string? FindPrograms()
    {
        string directory = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path ?? "/no", "..", "..", ".."));
        return File.Exists(System.IO.Path.Combine(directory, "fireball")) && File.Exists(System.IO.Path.Combine(directory, "fireball-serve"))
            ? directory
            : null;
    }
}
