
namespace Fireball.TestSupport;

/// <summary>A theory that is skipped, with the reason shown, where the machine lacks something it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips unless everything is there.</summary>
    /// <param name="requirements">"root", or names of programs.</param>
    public RequiresTheoryAttribute(params string[] requirements) => Skip = Requirements.Missing(requirements);
}
