using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <content>The descriptors a process is started with.</content>
public sealed unsafe partial class ProcessTable
{
    private static Pipes OpenPipes(bool input)
    {
        var pipes = default(Pipes);
        try
        {
            if (input)
            {
                (pipes.TheirInput, pipes.OurInput) = Pipe();
            }

            (pipes.OurOutput, pipes.TheirOutput) = Pipe();
            (pipes.OurError, pipes.TheirError) = Pipe();
            SetNonBlocking(pipes.OurOutput);
            SetNonBlocking(pipes.OurError);
            return pipes;
        }
        catch
        {
            pipes.CloseOurs();
            pipes.CloseTheirs();
            throw;
        }
    }

    private static (Descriptor Read, Descriptor Write) Pipe()
    {
        var ends = stackalloc int[2];
        SystemCall.Check(NativeCalls.pipe2(ends, O_CLOEXEC), "pipe2");
        return (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    // Each end has flags of its own: the process's end keeps blocking, as programs expect.
    private static void SetNonBlocking(Descriptor end) =>
        SystemCall.Check(NativeCalls.fcntl(end.Number, F_SETFL, O_NONBLOCK), "fcntl");

    // Shared by all: /dev/null has no position. Where there is none (an empty chroot), a pipe that is never written to.
    private static Descriptor OpenNoInput()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            var opened = NativeCalls.open(path, O_RDONLY | O_CLOEXEC, 0);
            if (opened >= 0)
            {
                return new Descriptor(opened);
            }
        }

        var (read, write) = Pipe();
        write.Dispose();
        return read;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Pipes
    {
        internal Descriptor? TheirInput;
        internal Descriptor TheirOutput;
        internal Descriptor TheirError;
        internal Descriptor? OurInput;
        internal Descriptor OurOutput;
        internal Descriptor OurError;

        internal readonly void CloseTheirs()
        {
            TheirInput?.Dispose();
            TheirOutput?.Dispose();
            TheirError?.Dispose();
        }

        internal readonly void CloseOurs()
        {
            OurInput?.Dispose();
            OurOutput?.Dispose();
            OurError?.Dispose();
        }
    }
}
