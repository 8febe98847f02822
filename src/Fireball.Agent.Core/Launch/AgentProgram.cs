namespace Fireball.Agent.Core;

/// <summary>An agent's ways to be started.</summary>
public static class AgentProgram
{
    // Neither 126 nor 127: the shell that starts the agent says those where it cannot be executed.
    private const int UsageError = 2;

    /// <summary>Does what the arguments say.</summary>
    /// <param name="name">The executable's name, "fireball-agent".</param>
    /// <param name="arguments">The command line's.</param>
    /// <param name="start">Makes what serves the owners.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string name, string[] arguments, StartOwnerServer start) => arguments switch
    {
        ["--version"] => PrintVersion(name),
        ["--marker", var marker] => Supervisor.Run(name, marker),
        ["--worker", var marker] => Worker.Run(marker, start),
        ["--attach", var marker] => Attachment.Run(marker),
        _ => PrintUsage(name),
    };

    private static int PrintVersion(string name)
    {
        Log.Write(Log.Output, $"{name} {AgentVersion.Text}");
        return 0;
    }

    private static int PrintUsage(string name)
    {
        Log.Write(Log.Error, $"{name}: started by fireball over ssh; by hand only: {name} --version");
        return UsageError;
    }
}
