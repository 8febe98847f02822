using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>A fact about whole programs over a real sshd; skipped, with the reason, where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EndToEndFactAttribute : FactAttribute
{
    public EndToEndFactAttribute(params string[] requirements) =>
        Skip = Artifacts.WhyNot() ?? Requirements.Missing(["sshd", "ssh", .. requirements]);
}
