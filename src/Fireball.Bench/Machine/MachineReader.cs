using System.Globalization;
using System.Runtime.InteropServices;
using Fireball.Controller;
using Fireball.Deploy;

namespace Fireball.Bench;

/// <summary>Finds out where it is that we measure.</summary>
internal static class MachineReader
{
    /// <summary>This machine, and what ssh said of the other while it connected (ssh -v).</summary>
    public static MachineState Read(IEnumerable<string> sshLog)
    {
        string[] log = [.. sshLog];
        AgentImage? agent = Agent();
        return new MachineState
        {
            Cores = Environment.ProcessorCount,
            Processor = Field("/proc/cpuinfo", "model name"),
            Kernel = FirstLine("/proc/sys/kernel/osrelease"),
            LoadBefore = double.TryParse(FirstLine("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture, out double load) ? load : 0,
            SshClient = After(log, "OpenSSH_") is { Length: > 0 } version ? "OpenSSH_" + version.Split(',')[0] : "",
            SshServer = After(log, "remote software version "),
            Cipher = After(log, "kex: client->server cipher: ").Split(' ')[0],
            AgentBytes = agent?.Size,
            AgentSentBytes = agent?.Compressed.Length,
            Program = $"fireball-bench {typeof(MachineReader).Assembly.GetName().Version?.ToString(3)}, {RuntimeInformation.FrameworkDescription}",
        };
    }

    private static AgentImage? Agent()
    {
        try
        {
            return AgentImage.Load(AgentImageFinder.Find(AgentTransport.Zmq.Executable, AgentPlatform.OfThisMachine));
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            // Only some transports need one; they tell.
            return null;
        }
    }

    // What follows the words, on the first line that has them.
    private static string After(string[] lines, string words) =>
        lines.Select(line => (line, at: line.IndexOf(words, StringComparison.Ordinal)))
            .Where(found => found.at >= 0)
            .Select(found => found.line[(found.at + words.Length)..].Trim())
            .FirstOrDefault("");

    private static string Field(string file, string name) =>
        Lines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim() ?? "";

    private static string FirstLine(string file) => Lines(file).FirstOrDefault("");

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];
}
