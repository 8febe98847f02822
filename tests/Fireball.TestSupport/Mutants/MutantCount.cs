using System.Globalization;

namespace Fireball.TestSupport;

/// <summary>How many random mutants a test makes: few enough for every day, and as many as are asked for where there is time.</summary>
public static class MutantCount
{
    /// <summary>The environment variable with a factor, at least 1; absent: 1.</summary>
    public const string Variable = "FIREBALL_MUTANTS";

    private static readonly int Factor = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? Math.Max(1, int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture))
        : 1;

    /// <summary>The usual count times the factor.</summary>
    public static int Of(int usual) => checked(usual * Factor);
}
