
namespace Fireball.TestSupport;

/// <summary>A fact that is skipped, with the reason shown, where the machine lacks something it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresFactAttribute : FactAttribute
{
    /// <summary>Skips unless everything is there.</summary>
    /// <param name="requirements">"root", or names of programs.</param>
    public RequiresFactAttribute(params string[] requirements) => Skip = Requirements.Missing(requirements);
}
