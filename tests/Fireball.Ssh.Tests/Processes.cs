using System.Diagnostics;
using System.Globalization;

namespace Fireball.Ssh.Tests;

/// <summary>Ends processes of a test's own.</summary>
internal static class Processes
{
    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    /// <summary>Cuts every connection of an sshd: of each the process that watches it, and the user's, which has the socket.</summary>
    public static void KillConnections(int sshd)
    {
        foreach (int watching in ChildrenOf(sshd))
        {
            int[] users = ChildrenOf(watching);
            Kill(watching);
            Array.ForEach(users, Kill);
        }
    }

    private static int[] ChildrenOf(int parent)
    {
        var start = new ProcessStartInfo("pgrep", ["-P", parent.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var pgrep = Process.Start(start)!;
        string pids = pgrep.StandardOutput.ReadToEnd();
        pgrep.WaitForExit();
        return [.. pids.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
    }
}
