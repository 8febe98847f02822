using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>Becoming another program.</summary>
public static unsafe partial class ProcessImage
{
    /// <summary>
    /// Replaces this process by a program, as execv(3): the same process id, environment, directory and standard streams.
    /// Signals that are ignored or blocked stay so, as with any exec; those that this process handles get their default
    /// action. Returns only by failing. To be called before anything was started that has to be ended in order.
    /// </summary>
    /// <param name="path">The executable.</param>
    /// <param name="arguments">All of argv, the program's name first; text as <see cref="PosixText"/> has it.</param>
    /// <exception cref="PosixException">The program cannot be executed.</exception>
    public static void Replace(string path, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(arguments);
        var argv = (byte**)NativeMemory.AllocZeroed((nuint)(arguments.Count + 1), (nuint)sizeof(byte*));
        try
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                argv[i] = Copy(PosixText.Encode(arguments[i]));
            }

            fixed (byte* file = SystemCall.Terminated(path))
            {
                _ = ExecV(file, argv);
            }

            throw new PosixException(Marshal.GetLastPInvokeError(), $"execute {path}");
        }
        finally
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                NativeMemory.Free(argv[i]);
            }

            NativeMemory.Free(argv);
        }
    }

    private static byte* Copy(ReadOnlySpan<byte> text)
    {
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(copy, text.Length));
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true)]
    private static partial int ExecV(byte* path, byte** argv);
}
