using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>What a process does to live on without its starter.</summary>
public static unsafe class Daemon
{
    /// <summary>
    /// Leaves the starter's session and directory: a session of its own, working directory /, umask 077. The standard
    /// streams stay until <see cref="CloseStandardStreams"/>.
    /// </summary>
    public static void Detach()
    {
        // Fails only for a process group's leader, which has no terminal to lose but its own.
        OwnProcess.TrySetSession();
        _ = OwnProcess.TryChangeDirectory("/");
        KeepFilesPrivate();
    }

    /// <summary>umask 077: what this process and its children make is this user's alone.</summary>
    public static void KeepFilesPrivate() => _ = OwnProcess.SetUmask(PermissionBits.Others);

    /// <summary>Points the standard streams at /dev/null; their readers see the end.</summary>
    public static void CloseStandardStreams()
    {
        int nothing;
        fixed (byte* path = "/dev/null\0"u8)
        {
            // Not closed on exec: where a standard stream was closed, it may get that one's number and stay.
            nothing = NativeCalls.open(path, O_RDWR, 0);
        }

        if (nothing < 0)
        {
            return;
        }

        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            _ = NativeCalls.dup2(nothing, descriptor);
        }

        if (nothing > 2)
        {
            _ = NativeCalls.close(nothing);
        }
    }
}
