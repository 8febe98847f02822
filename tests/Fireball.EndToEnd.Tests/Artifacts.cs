using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>The published programs, as tools/build leaves them: in $FIREBALL_ARTIFACTS, or artifacts/ of this repository.</summary>
internal static class Artifacts
{
    public static string Program => Path.Combine(Built, "fireball");

    public static string Serve => Path.Combine(Built, "fireball-serve");

    public static string Agent => Path.Combine(Built, "agents", "linux-x64", "fireball-agent");

    public static string Arm64Agent => Path.Combine(Built, "agents", "linux-arm64", "fireball-agent");

    public static string GrpcAgent => Agent + "-grpc";

    /// <summary>Why the tests of whole programs cannot run; null: they can.</summary>
    public static string? WhyNot() =>
        Repository.Root is null ? "the repository's root was not found above the test's directory"
        : File.Exists(Program) && File.Exists(Serve) && File.Exists(Agent) && File.Exists(GrpcAgent) ? null
        : $"needs fireball, fireball-serve and their agents in {Built}: run tools/build first";

    private static string Built => Environment.GetEnvironmentVariable("FIREBALL_ARTIFACTS") ?? Path.Combine(Repository.Root!, "artifacts");
}
