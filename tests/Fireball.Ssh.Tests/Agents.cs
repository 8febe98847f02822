using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Agents to connect with.</summary>
internal static class Agents
{
    /// <summary>A script that does what launch.proto says and echoes bytes.</summary>
    public static AgentImage StandIn { get; } = AgentImage.Load(Path.Combine(AppContext.BaseDirectory, "stand-in-agent"));

    /// <summary>The stand-in with another content, so that no host has it yet.</summary>
    public static AgentImage Fresh() => Changed("# " + Guid.NewGuid().ToString("N") + "\n");

    /// <summary>The stand-in with lines added after its first.</summary>
    public static AgentImage Changed(string lines)
    {
        using var directory = new TemporaryDirectory();
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "stand-in-agent"));
        int end = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        return AgentImage.Load(directory.Write("agent", text[..end] + lines + text[end..]));
    }
}
