using System.IO.Compression;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Fuzz;

/// <summary>
/// What a host says in the bootstrap: the first byte says in which segments the rest comes, which is all that it says. The
/// segments change nothing.
/// </summary>
internal static class BootstrapTarget
{
    private const string Marker = "m";
    private const string Hash = "aa";

    private static readonly AgentImages Agents = new(
        new Dictionary<AgentPlatform, AgentImage> { [AgentPlatform.LinuxX64] = new(Hash, 5, Compress("agent"u8)) });

    private static readonly DeployOptions Options = new() { Agents = Agents };

    internal static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string whole = Play(input, int.MaxValue);
        string pieces = Play(input, 1 + input[0]);
        FuzzTargets.Require(whole == pieces, $"\"{whole}\" is \"{pieces}\"");
    }

    private static string Play(byte[] input, int segment) => PlayAsync(input, segment).GetAwaiter().GetResult();

    private static async Task<string> PlayAsync(byte[] input, int segment)
    {
        using var watch = new Watch(Options, static () => true, CancellationToken.None);
        var stream = new SegmentedStream(input.AsMemory(1), most => Math.Min(most, segment));
        var dialogue = new BootstrapDialogue(stream, new MarkedLineReader(stream, Marker), Agents, "request"u8.ToArray(), progress: null, watch);
        try
        {
            var result = await dialogue.RunAsync(CancellationToken.None).ConfigureAwait(false);
            FuzzTargets.RequirePlainLine(dialogue.Refusals);
            if (result is { } ready)
            {
                FuzzTargets.Require(ready.Reply.Pid is > 0 and <= 1 << 22 && ready.Path is not null, "an agent that can be");
                FuzzTargets.RequirePlainLine(ready.Reply.Version);
            }

            return $"{dialogue.Phase} {dialogue.Begun} {result}{dialogue.Refusals}";
        }
        catch (TunnelException e)
        {
            FuzzTargets.RequirePlainLine(e.Message);
            return e.Message;
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }
}
