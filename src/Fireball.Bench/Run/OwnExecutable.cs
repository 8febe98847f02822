namespace Fireball.Bench;

/// <summary>This program, which starts itself for the parts that must be processes of their own.</summary>
internal static class OwnExecutable
{
    /// <summary>Its path; also where the code runs inside a test's process, beside which it lies.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "fireball-bench");
}
