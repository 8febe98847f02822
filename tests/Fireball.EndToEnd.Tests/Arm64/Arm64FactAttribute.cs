using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>A fact about the agent on an arm64 machine; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Arm64FactAttribute : FactAttribute
{
    public Arm64FactAttribute() => Skip = Artifacts.WhyNot() ?? Requirements.Missing(["ssh"]) ?? Arm64Guest.WhyNot();
}
