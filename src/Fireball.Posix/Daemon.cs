using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>What a process does to live on without its starter.</summary>
public static partial class Daemon
{
    private const int ReadWrite = 2;

    /// <summary>
    /// Leaves the starter's session and directory: a session of its own, working directory /, umask 077. The standard
    /// streams stay until <see cref="CloseStandardStreams"/>.
    /// </summary>
    public static void Detach()
    {
        // Fails only for a process group's leader, which then has nobody's terminal to lose but its own.
        _ = SetSid();
        _ = ChDir("/");
        KeepFilesPrivate();
    }

    /// <summary>umask 077: what this process and its children make is this user's alone.</summary>
    public static void KeepFilesPrivate() => _ = Umask(0x3F);

    /// <summary>Points the standard streams at /dev/null; whoever read them sees their end.</summary>
    public static void CloseStandardStreams()
    {
        int nothing = Open("/dev/null", ReadWrite);
        if (nothing < 0)
        {
            return;
        }

        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            _ = Dup2(nothing, descriptor);
        }

        if (nothing > 2)
        {
            _ = Close(nothing);
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChDir(string path);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
