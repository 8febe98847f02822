using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// Blocking reads and writes on this process's own descriptors 0, 1 and 2, exact in bytes and in errors; the console
/// streams of .NET hide a broken pipe.
/// </summary>
public static unsafe class LocalDescriptor
{
    /// <summary>What <see cref="TryWriteLine"/> writes at most, bytes: a pipe takes so much as one piece (PIPE_BUF).</summary>
    public const int MaxLine = 4096;

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

    /// <summary>
    /// Writes a line where the reader takes it at once, and leaves it out otherwise: what is told on the side holds nothing up.
    /// To be called by one thread at a time.
    /// </summary>
    /// <param name="descriptor">A pipe, a socket, a terminal or a file.</param>
    /// <param name="line">At most <see cref="MaxLine"/> bytes of it are written.</param>
    /// <returns>False: it was left out; the reader is slow, or gone.</returns>
    public static bool TryWriteLine(int descriptor, ReadOnlySpan<byte> line)
    {
        // Ready says poll of a pipe when a page of it is free, and of a socket when most of its buffer is (pipe(7), and
        // sock_writeable in the kernel): so much more than a line that the write does not wait.
        if (!IsWritable(descriptor))
        {
            return false;
        }

        fixed (byte* p = line)
        {
            return NativeCalls.write(descriptor, p, (nuint)Math.Min(line.Length, MaxLine)) >= 0;
        }
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
