using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>
/// Blocking reads and writes on this process's own descriptors 0, 1 and 2, exact in bytes and in errors; the console
/// streams of .NET hide a broken pipe.
/// </summary>
public static partial class LocalDescriptor
{
    /// <summary>errno of an operation that a signal interrupted.</summary>
    private const int Eintr = 4;

    /// <summary>errno of a descriptor that somebody set to non-blocking, and that is not ready.</summary>
    private const int Eagain = 11;

    /// <summary>errno of a pipe nobody reads.</summary>
    private const int Epipe = 32;

    private const int AtEmptyPath = 0x1000;
    private const uint StatxType = 1;
    private const short PollIn = 1;
    private const short PollOut = 4;

    /// <summary>Reads what is there, waiting for at least one byte. 0: end of file.</summary>
    /// <exception cref="IOException">With the kernel's words.</exception>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            nint count = NativeRead(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Eagain)
            {
                Poll(descriptor, PollIn, -1);
            }
            else if (error != Eintr)
            {
                throw Error("read", descriptor, error);
            }
        }
    }

    /// <summary>Writes everything, waiting as long as the reader makes it wait.</summary>
    /// <returns>False: nobody reads any more (EPIPE).</returns>
    /// <exception cref="IOException">With the kernel's words.</exception>
    public static bool WriteAll(int descriptor, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            nint count = NativeWrite(descriptor, ref MemoryMarshal.GetReference(data), (nuint)data.Length);
            if (count >= 0)
            {
                data = data[(int)count..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Eintr:
                    break;
                case Eagain:
                    Poll(descriptor, PollOut, -1);
                    break;
                case Epipe:
                    return false;
                case int error:
                    throw Error("write", descriptor, error);
            }
        }

        return true;
    }

    /// <summary>Whether a read would return at once: bytes, end of file or an error.</summary>
    public static bool IsReadable(int descriptor) => Poll(descriptor, PollIn, 0) > 0;

    /// <summary>Whether a write would not wait, or fail at once.</summary>
    public static bool IsWritable(int descriptor) => Poll(descriptor, PollOut, 0) > 0;

    /// <summary>Whether the descriptor is closed or /dev/null: there is nothing to read.</summary>
    public static unsafe bool IsNothing(int descriptor)
    {
        Span<byte> status = stackalloc byte[256];
        status.Clear();
        fixed (byte* buffer = status)
        {
            if (Statx(descriptor, "", AtEmptyPath, StatxType, buffer) != 0)
            {
                return true;
            }
        }

        // struct statx: stx_mode at 28, stx_rdev_major at 128, stx_rdev_minor at 132. /dev/null is character device 1:3.
        return (MemoryMarshal.Read<ushort>(status[28..]) & 0xF000) == 0x2000
            && MemoryMarshal.Read<uint>(status[128..]) == 1
            && MemoryMarshal.Read<uint>(status[132..]) == 3;
    }

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => IsATty(descriptor) == 1;

    private static int Poll(int descriptor, short events, int timeoutMs)
    {
        var entry = new PollEntry { Descriptor = descriptor, Events = events };
        return NativePoll(ref entry, 1, timeoutMs);
    }

    private static IOException Error(string operation, int descriptor, int error) =>
        new($"{operation} {descriptor}: {new Win32Exception(error).Message}", error);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint NativeRead(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint NativeWrite(int descriptor, ref readonly byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int NativePoll(ref PollEntry entries, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATty(int descriptor);
}
