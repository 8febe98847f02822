namespace Fireball.PeerBenchmark;

/// <summary>This very program, built with switches.</summary>
internal static class OwnBuild
{
    /// <summary>Where it is, or would be: bin/Release/... is bin/SWITCH/Release/... then.</summary>
    public static string With(string switchName) => typeof(OwnBuild).Assembly.Location
        .Replace("/bin/Release/", $"/bin/{switchName}/Release/", StringComparison.Ordinal);
}
