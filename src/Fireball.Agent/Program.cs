namespace Fireball.Agent;

/// <summary>The agent's ways to be started.</summary>
internal static class Program
{
    // Neither 126 nor 127: the shell that starts the agent says those where it cannot be executed.
    private const int UsageError = 2;

    private static int Main(string[] arguments) => arguments switch
    {
        ["--version"] => PrintVersion(),
        ["--marker", var marker] => Supervisor.Run(marker),
        ["--worker", var marker] => Worker.Run(marker),
        ["--attach", var marker] => Attachment.Run(marker),
        _ => PrintUsage(),
    };

    private static int PrintVersion()
    {
        Log.Write(Log.Output, $"fireball-agent {AgentVersion.Text}");
        return 0;
    }

    private static int PrintUsage()
    {
        Log.Write(
            Log.Error,
            "fireball-agent: started by fireball over ssh; by hand only: fireball-agent --version");
        return UsageError;
    }
}
