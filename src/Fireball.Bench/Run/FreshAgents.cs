using Fireball.Controller;
using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// Agents that no host has: each is the real one and some random bytes after its end, which the kernel does not load and which
/// give its content another hash. So an upload can be measured, and removed, without touching the agent that is there.
/// </summary>
internal static class FreshAgents
{
    // Enough that no two runs ever make the same.
    private const int RandomBytes = 16;

    /// <summary>Writes one for each platform that there is an agent for: which one the host needs, it tells when it is connected.</summary>
    /// <param name="transport">What they speak.</param>
    /// <param name="directory">Where to.</param>
    /// <returns>The directory of agents, another one each time: images are kept by their paths.</returns>
    /// <exception cref="WorkFailedException">There is no agent to copy, or no space for it.</exception>
    public static string Write(AgentTransport transport, string directory)
    {
        try
        {
            string agents = Path.Combine(directory, $"{transport.Executable}-{Path.GetRandomFileName()}");
            PrivateDirectory.Create(agents).Dispose();
            foreach (AgentPlatform platform in AgentPlatform.All)
            {
                string source = AgentImageFinder.PathOf(transport.Executable, platform);
                if (!File.Exists(source))
                {
                    continue;
                }

                string path = AgentImageFinder.PathOf(transport.Executable, platform, agents);
                PrivateDirectory.Create(Path.GetDirectoryName(path)!).Dispose();
                File.Copy(source, path);
                byte[] tail = new byte[RandomBytes];
                Random.Shared.NextBytes(tail);
                File.AppendAllBytes(path, tail);
            }

            return Directory.Exists(agents)
                ? agents
                : throw new WorkFailedException($"no {transport.Executable} was built; build it with tools/build");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WorkFailedException(failure.Message, failure);
        }
    }
}
