using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>The terminal of this process's session (/dev/tty), for questions to the person in front of it.</summary>
public sealed unsafe class ControllingTerminal : IDisposable
{
    private const string Path = "/dev/tty";

    /// <summary>sizeof(struct termios) of Linux's C libraries is 60; room for others.</summary>
    private const int TermiosSize = 128;

    /// <summary>Where c_lflag lies in struct termios: after c_iflag, c_oflag and c_cflag.</summary>
    private const int LocalFlags = 12;

    private readonly SafeFileHandle _handle;

    private ControllingTerminal(SafeFileHandle handle) => _handle = handle;

    /// <summary>Whether there is one.</summary>
    public static bool Exists()
    {
        try
        {
            Open().Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static ControllingTerminal Open() =>
        new(File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));

    /// <summary>Writes all bytes.</summary>
    public void Write(ReadOnlySpan<byte> text) => _ = LocalDescriptor.WriteAll(Descriptor, text);

    /// <summary>
    /// Asks for a line, without its end; null: end of file, or a line over <paramref name="maxLength"/> bytes. Nothing typed
    /// after the question is to be seen is shown where that is not wanted.
    /// </summary>
    /// <param name="question">Written first.</param>
    /// <param name="maxLength">The longest line, bytes.</param>
    /// <param name="echo">Show what is typed.</param>
    /// <param name="abandoned">The answer is not wanted any more: the terminal shows again what is typed.</param>
    public byte[]? Ask(ReadOnlySpan<byte> question, int maxLength, bool echo, CancellationToken abandoned)
    {
        byte[] settings = new byte[TermiosSize];
        bool hidden = !echo && TryGetSettings(settings);
        if (hidden)
        {
            SetEcho(settings, on: false);
        }

        using CancellationTokenRegistration registration = hidden
            ? abandoned.Register(() => SetEcho(settings, on: true))
            : default;

        try
        {
            Write(question);
            byte[] buffer = new byte[maxLength];
            int length = 0;
            while (length < maxLength)
            {
                int count = LocalDescriptor.Read(Descriptor, buffer.AsSpan(length));
                if (count == 0)
                {
                    return null;
                }

                int end = buffer.AsSpan(length, count).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    return buffer[..(length + end)];
                }

                length += count;
            }

            return null;
        }
        finally
        {
            if (hidden)
            {
                SetEcho(settings, on: true);
                Write("\n"u8);
            }
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _handle.Dispose();

    private int Descriptor => (int)_handle.DangerousGetHandle();

    private bool TryGetSettings(byte[] settings)
    {
        fixed (byte* p = settings)
        {
            return NativeCalls.tcgetattr(Descriptor, p) == 0;
        }
    }

    private void SetEcho(byte[] settings, bool on)
    {
        ref uint flags = ref MemoryMarshal.AsRef<uint>(settings.AsSpan(LocalFlags, sizeof(uint)));
        flags = on ? flags | ECHO : flags & ~ECHO;
        fixed (byte* p = settings)
        {
            _ = NativeCalls.tcsetattr(Descriptor, TCSAFLUSH, p);
        }
    }
}
