namespace Fireball.Deploy;

/// <summary>The agents of one name, one for each platform as far as they are there: which is sent depends on the host.</summary>
/// <param name="images">Those that are there.</param>
/// <param name="problems">Why there is none for another platform, one line that names the path and says what to do.</param>
public sealed class AgentImages(
    IReadOnlyDictionary<AgentPlatform, AgentImage> images, IReadOnlyDictionary<AgentPlatform, string>? problems = null)
{
    /// <summary>The agent for a platform; null: there is none.</summary>
    public AgentImage? For(AgentPlatform platform) => images.GetValueOrDefault(platform);

    /// <summary>The agent with this hash; null: there is none.</summary>
    internal AgentImage? WithHash(string hash) => images.Values.FirstOrDefault(image => image.Hash == hash);

    /// <summary>Why there is no agent for a host whose `uname -sm` printed this; null: it is of no platform that we know.</summary>
    internal string? WhyNot(string words)
    {
        AgentPlatform? platform = AgentPlatform.All.FirstOrDefault(platform => platform.Words.Contains(words, StringComparer.Ordinal));
        return platform is null
            ? null
            : problems?.GetValueOrDefault(platform) ?? $"no agent for {platform.Name} is given";
    }
}
