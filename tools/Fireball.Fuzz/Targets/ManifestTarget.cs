using System.Text;
using Fireball.Deploy;

namespace Fireball.Fuzz;

/// <summary>The list of agents that a program was built with.</summary>
internal static class ManifestTarget
{
    internal static void Run(byte[] input)
    {
        AgentManifest manifest;
        try
        {
            manifest = AgentManifest.Parse(Encoding.UTF8.GetString(input));
        }
        catch (FormatException)
        {
            return;
        }

        foreach (AgentPlatform platform in AgentPlatform.All)
        {
            FuzzTargets.Require(
                manifest.HashOf(platform, "fireball-agent") is not { } hash || (hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)),
                "a hash is one of SHA-256");
        }
    }
}
