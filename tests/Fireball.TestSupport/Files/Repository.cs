namespace Fireball.TestSupport;

/// <summary>The repository that the running test was built in.</summary>
public static class Repository
{
    /// <summary>Its directory; null where it is not above the test's.</summary>
    public static string? Root { get; } = FindRoot();

    private static string? FindRoot()
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Fireball.Grpc.sln")))
            {
                return directory;
            }
        }

        return null;
    }
}
