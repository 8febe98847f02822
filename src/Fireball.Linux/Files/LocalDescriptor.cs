using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// Blocking reads and writes on this process's own descriptors 0, 1 and 2, exact in bytes and in errors; the console
/// streams of .NET hide a broken pipe.
/// </summary>
public static unsafe class LocalDescriptor
{
    // /dev/null: character device 1:3.
    private const ulong NullDevice = (1UL << 32) | 3;

    /// <summary>Reads what is there, waiting for at least one byte. 0: end of file.</summary>
    /// <exception cref="PosixException">With the kernel's words.</exception>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* p = buffer)
            {
                count = NativeCalls.read(descriptor, p, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                return (int)count;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.EAGAIN)
            {
                Poll(descriptor, POLLIN, -1);
            }
            else if (error != Errno.EINTR)
            {
                throw new PosixException(error, $"read {descriptor}");
            }
        }
    }

    /// <summary>Writes everything, waiting as long as the reader makes it wait.</summary>
    /// <returns>False: the reader is gone (EPIPE).</returns>
    /// <exception cref="PosixException">With the kernel's words.</exception>
    public static bool WriteAll(int descriptor, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            nint count;
            fixed (byte* p = data)
            {
                count = NativeCalls.write(descriptor, p, (nuint)data.Length);
            }

            if (count >= 0)
            {
                data = data[(int)count..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    Poll(descriptor, POLLOUT, -1);
                    break;
                case Errno.EPIPE:
                    return false;
                case int error:
                    throw new PosixException(error, $"write {descriptor}");
            }
        }

        return true;
    }

    /// <summary>Whether a read would return at once: bytes, end of file or an error.</summary>
    public static bool IsReadable(int descriptor) => Poll(descriptor, POLLIN, 0) > 0;

    /// <summary>Whether a write would not wait, or fail at once.</summary>
    public static bool IsWritable(int descriptor) => Poll(descriptor, POLLOUT, 0) > 0;

    /// <summary>Whether the descriptor is closed or /dev/null: there is nothing to read.</summary>
    public static bool IsNothing(int descriptor) =>
        PosixFile.GetStatus(descriptor, out FileStatus status) < 0
        || status is { Kind: FileKind.CharacterDevice, SpecialDevice: NullDevice };

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => NativeCalls.isatty(descriptor) == 1;

    private static int Poll(int descriptor, short events, int timeoutMs)
    {
        var entry = new PollEntry { Descriptor = descriptor, Events = events };
        return NativeCalls.poll(&entry, 1, timeoutMs);
    }
}
