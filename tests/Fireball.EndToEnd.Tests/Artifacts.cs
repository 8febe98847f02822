namespace Fireball.EndToEnd.Tests;

/// <summary>The published programs, as tools/build leaves them.</summary>
internal static class Artifacts
{
    public static string? Root { get; } = FindRoot();

    public static string Program => Path.Combine(Root!, "artifacts", "fireball");

    public static string Serve => Path.Combine(Root!, "artifacts", "fireball-serve");

    public static string Agent => Path.Combine(Root!, "artifacts", "agents", "linux-x64", "fireball-agent");

    public static string GrpcAgent => Agent + "-grpc";

    /// <summary>Why the tests of whole programs cannot run; null: they can.</summary>
    public static string? WhyNot() =>
        Root is null ? "the repository's root was not found above the test's directory"
        : File.Exists(Program) && File.Exists(Serve) && File.Exists(Agent) && File.Exists(GrpcAgent) ? null
        : "needs artifacts/fireball, fireball-serve and their agents: run tools/build first";

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
