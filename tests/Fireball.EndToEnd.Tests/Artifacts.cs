namespace Fireball.EndToEnd.Tests;

/// <summary>The published programs, as tools/build leaves them: in $FIREBALL_ARTIFACTS, or artifacts/ of this repository.</summary>
internal static class Artifacts
{
    public static string? Root { get; } = FindRoot();

    public static string Program => Path.Combine(Built, "fireball");

    public static string Serve => Path.Combine(Built, "fireball-serve");

    public static string Agent => Path.Combine(Built, "agents", "linux-x64", "fireball-agent");

    public static string GrpcAgent => Agent + "-grpc";

    /// <summary>Why the tests of whole programs cannot run; null: they can.</summary>
    public static string? WhyNot() =>
        Root is null ? "the repository's root was not found above the test's directory"
        : File.Exists(Program) && File.Exists(Serve) && File.Exists(Agent) && File.Exists(GrpcAgent) ? null
        : $"needs fireball, fireball-serve and their agents in {Built}: run tools/build first";

    private static string Built => Environment.GetEnvironmentVariable("FIREBALL_ARTIFACTS") ?? Path.Combine(Root!, "artifacts");

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
