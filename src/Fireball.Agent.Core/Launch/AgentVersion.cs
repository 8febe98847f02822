namespace Fireball.Agent.Core;

/// <summary>The version this was built as.</summary>
internal static class AgentVersion
{
    /// <summary>"0.1.0".</summary>
    internal static string Text { get; } = typeof(AgentVersion).Assembly.GetName().Version!.ToString(3);
}
