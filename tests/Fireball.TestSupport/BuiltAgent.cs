namespace Fireball.TestSupport;

/// <summary>The agent that tools/build has left: $FIREBALL_AGENTS, or artifacts/agents of this repository.</summary>
public static class BuiltAgent
{
    /// <summary>Its path; null where it was not built.</summary>
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        string? agents = Environment.GetEnvironmentVariable("FIREBALL_AGENTS");
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); agents is null && directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Fireball.Grpc.sln")))
            {
                agents = System.IO.Path.Combine(directory.FullName, "artifacts", "agents");
            }
        }

        string? path = agents is null ? null : System.IO.Path.Combine(agents, "linux-x64", "fireball-agent");
        return File.Exists(path) ? path : null;
    }
}
