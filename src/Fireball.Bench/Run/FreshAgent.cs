using Fireball.Bench.Work;
using Fireball.Controller;
using Fireball.Ssh;

namespace Fireball.Bench.Run;

/// <summary>
/// An agent that no host has: the real one and some random bytes after its end, which the kernel does not load and which
/// give its content another hash. So an upload can be measured, and removed, without touching the agent that is there.
/// </summary>
internal static class FreshAgent
{
    // Enough that no two runs ever make the same.
    private const int RandomBytes = 16;

    /// <summary>Writes one.</summary>
    /// <param name="transport">What it speaks.</param>
    /// <param name="directory">Where to.</param>
    /// <returns>Its path, another one each time: images are kept by their paths.</returns>
    /// <exception cref="WorkFailedException">There is no agent to copy, or no space for it.</exception>
    public static string Write(AgentTransport transport, string directory)
    {
        try
        {
            string path = Path.Combine(directory, $"{transport.Executable}-{Path.GetRandomFileName()}");
            File.Copy(AgentImageFinder.Find(transport.Executable), path);
            byte[] tail = new byte[RandomBytes];
            Random.Shared.NextBytes(tail);
            File.AppendAllBytes(path, tail);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WorkFailedException(failure.Message, failure);
        }
    }
}
