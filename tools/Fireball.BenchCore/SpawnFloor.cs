using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fireball.BenchCore;

/// <summary>What starting and awaiting a process costs a C program: posix_spawn and waitpid, nothing else.</summary>
internal static unsafe partial class SpawnFloor
{
    /// <summary>One /bin/true.</summary>
    public static void Once() => Run("/bin/true", ["/bin/true"], null);

    /// <summary>Runs a program with no file actions or with its output discarded; returns the wait status.</summary>
    public static int Run(string path, string[] argv, string? outputTo)
    {
        var memory = new List<nint>();
        try
        {
            var pathPointer = Keep(memory, path);
            var argvPointer = stackalloc nint[argv.Length + 1];
            for (var i = 0; i < argv.Length; i++)
            {
                argvPointer[i] = Keep(memory, argv[i]);
            }

            argvPointer[argv.Length] = 0;
            var environment = stackalloc nint[2];
            environment[0] = Keep(memory, "PATH=/usr/bin:/bin");
            environment[1] = 0;

            // posix_spawn_file_actions_t is 80 bytes in glibc on x86-64.
            var actions = stackalloc byte[128];
            if (outputTo is not null)
            {
                Check(FileActionsInit(actions));
                // O_WRONLY|O_CREAT|O_TRUNC
                Check(FileActionsAddOpen(actions, 1, Keep(memory, outputTo), 0x241, 0x1a4));
            }

            int pid;
            Check(Spawn(&pid, pathPointer, outputTo is null ? null : actions, null, argvPointer, environment));
            if (outputTo is not null)
            {
                Check(FileActionsDestroy(actions));
            }

            int status;
            while (WaitPid(pid, &status, 0) < 0)
            {
                // Only EINTR can happen here: the child is ours.
            }

            return status;
        }
        finally
        {
            memory.ForEach(Marshal.FreeHGlobal);
        }
    }

    /// <summary>Spawns a second by this many threads, each in a loop.</summary>
    public static double Rate(int threads, int each)
    {
        var start = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < each; i++)
            {
                Once();
            }
        })).ToArray();
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        return threads * each / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static nint Keep(List<nint> memory, string text)
    {
        var pointer = Marshal.StringToHGlobalAnsi(text);
        memory.Add(pointer);
        return pointer;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"posix_spawn: errno {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(int* pid, nint path, void* actions, void* attributes, nint* argv, nint* environment);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int FileActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int FileActionsAddOpen(void* actions, int descriptor, nint path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int FileActionsDestroy(void* actions);
}
