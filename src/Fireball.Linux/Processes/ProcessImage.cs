using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>Becoming another program.</summary>
public static unsafe class ProcessImage
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
        var argv = StringArray.Allocate(PosixText.EncodeAll(arguments));
        try
        {
            fixed (byte* file = SystemCall.Terminated(path))
            {
                _ = NativeCalls.execv(file, argv);
            }

            throw new PosixException(Marshal.GetLastPInvokeError(), $"execute {path}");
        }
        finally
        {
            NativeMemory.Free(argv);
        }
    }
}
