using Fireball.Deploy;

namespace Fireball.TestSupport;

/// <summary>A script that does what launch.proto says, and then echoes bytes: the agent of tests of what is before it.</summary>
public static class ScriptedAgent
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "fake-agent");

    /// <summary>The script as it is, for every platform.</summary>
    public static AgentImages Images { get; } = ForAll(AgentImage.Load(File));

    /// <summary>The script with another content, so that no host has it yet.</summary>
    public static AgentImages Fresh() => Changed("# " + Guid.NewGuid().ToString("N") + "\n");

    /// <summary>The script with lines added after its first.</summary>
    public static AgentImages Changed(string lines) => ForAll(ChangedImage(lines));

    /// <summary>Another script.</summary>
    public static AgentImages Of(string text)
    {
        using var directory = new TemporaryDirectory();
        return ForAll(AgentImage.Load(directory.Write("agent", text)));
    }

    /// <summary>The same for every host; a script is.</summary>
    public static AgentImages ForAll(AgentImage image) => new(AgentPlatform.All.ToDictionary(platform => platform, _ => image));

    /// <summary>The one that this machine gets.</summary>
    public static AgentImage Here(this AgentImages agents) => agents.For(AgentPlatform.OfThisMachine)!;

    /// <summary>The script with lines added after its first.</summary>
    public static AgentImage ChangedImage(string lines)
    {
        using var directory = new TemporaryDirectory();
        string text = System.IO.File.ReadAllText(File);
        int end = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        return AgentImage.Load(directory.Write("agent", text[..end] + lines + text[end..]));
    }
}
