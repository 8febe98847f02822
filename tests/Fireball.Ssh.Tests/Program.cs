using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>What this assembly does when it is not run by the tests' runner, but as a process of a test.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (AskPassClient.IsRequested)
        {
            await using var output = Console.OpenStandardOutput();
            return await AskPassClient.RunAsync(arguments, output);
        }

        // A controller: connects with the ssh_config named, says so, and stays until it is killed.
        var session = await new OpenSshConnector().ConnectAsync(
            SshTarget.Parse("t", ["-F", arguments[0]]), new SshConnectOptions { Agents = ScriptedAgent.Images });
        await Console.Out.WriteLineAsync($"{((OpenSshTunnel)session).ProcessId} {session.Agent.Pid}");
        await session.Ended;
        return 1;
    }
}
