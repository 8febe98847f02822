using Fireball.Files;
using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>The directory of one agent: its socket, and the notes of copies under way.</summary>
internal static class AgentDirectory
{
    /// <summary>The socket's name in it.</summary>
    internal const string SocketName = "a";

    // "fireball-" and 32 hexadecimal digits: what the controller chooses.
    private const string Prefix = "fireball-";
    private const int RandomLength = 32;

    // A directory without a socket may be one whose agent starts just now; none takes this long.
    private static readonly TimeSpan StartingTime = TimeSpan.FromHours(1);

    /// <summary>Removes it with what an agent puts there, and temporaries of copies that did not end.</summary>
    internal static void Remove(PrivateDirectory directory)
    {
        _ = TemporaryJournal.Sweep(directory);
        directory.Remove(SocketName);
    }

    /// <summary>Removes what agents of this user left beside <paramref name="directory"/> when the machine went down.</summary>
    internal static void RemoveStale(string directory)
    {
        if (Path.GetDirectoryName(directory) is not { Length: > 0 } parent)
        {
            return;
        }

        try
        {
            foreach (var other in Directory.EnumerateDirectories(parent, Prefix + "*"))
            {
                if (other == directory || Path.GetFileName(other).Length != Prefix.Length + RandomLength)
                {
                    continue;
                }

                using PrivateDirectory? own = PrivateDirectory.TryOpen(other);
                if (own is not null && IsAbandoned(own))
                {
                    Remove(own);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory that cannot be listed; nothing of this agent depends on it.
        }
    }

    private static bool IsAbandoned(PrivateDirectory directory)
    {
        try
        {
            UnixConnector.Connect(directory.PathOf(SocketName)).Dispose();
            return false;
        }
        catch (PosixException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            return true;
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT)
        {
            return directory.IsOlderThan(StartingTime);
        }
    }
}
