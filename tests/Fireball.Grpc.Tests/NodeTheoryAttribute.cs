namespace Fireball.Grpc.Tests;

/// <summary>A theory that is skipped, with the reason shown, where Node or its gRPC package is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = Missing;

    /// <summary>Where the peer and its packages are.</summary>
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "Peers", "node");

    public static string? Missing =>
        Requirements.Missing(["node"])
        ?? (File.Exists(Path.Combine(Directory, "node_modules", "@grpc", "grpc-js", "package.json"))
            ? null
            : "needs @grpc/grpc-js: npm is not there, or could not install it when this was built");
}
