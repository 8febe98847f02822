using Fireball.Linux;

namespace Fireball.Fuzz;

/// <summary>A process as the kernel tells it, with a name that the process chooses.</summary>
internal static class ProcessTarget
{
    internal static void Run(byte[] input)
    {
        bool isRead = ProcessEntry.TryParse(input, out ProcessEntry entry);
        FuzzTargets.Require(isRead || entry == default, "what is not read is nothing");

        // Whatever is in the name, the rest is found.
        byte[] stat = [.. "7 ("u8, .. input, .. ") S 1 2 3 0 -1"u8];
        FuzzTargets.Require(
            ProcessEntry.TryParse(stat, out entry) && entry == new ProcessEntry(7, 'S', 1, 2, 3), "a name is only a name");
    }
}
