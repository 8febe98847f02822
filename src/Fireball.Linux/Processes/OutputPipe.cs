using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>Our end of a process's standard output or error. All members are called under the process's lock.</summary>
internal sealed unsafe class OutputPipe(ChildProcess owner, Reactor reactor, Descriptor descriptor, bool isError)
    : ReactorHandler
{
    private int _budget = -1;

    /// <summary>Nothing more is read: end of file, or the process has exited and its share was read.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>It ended while another process still held the other end.</summary>
    internal bool LeftOpen { get; private set; }

    /// <summary>Calls the owner when there is something to read, until <see cref="Unwatch"/>.</summary>
    internal void Watch()
    {
        if (!HasEnded && Slot < 0)
        {
            _ = reactor.Add(this, descriptor.Number, EPOLLIN);
        }
    }

    internal void Unwatch()
    {
        if (!HasEnded)
        {
            reactor.Remove(this, descriptor.Number);
        }
    }

    /// <summary>Reads once, as much as the buffer takes.</summary>
    /// <returns>Whether anything was read.</returns>
    internal bool Read(OutputBuffer buffer)
    {
        var space = buffer.Free;
        if (_budget >= 0 && space.Length > _budget)
        {
            space = space[.._budget];
        }

        nint n;
        int errno;
        do
        {
            fixed (byte* start = space)
            {
                n = NativeCalls.read(descriptor.Number, start, (nuint)space.Length);
                errno = n < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
        }
        while (errno == Errno.EINTR);

        if (n > 0)
        {
            buffer.Append(isError, (int)n);
            _budget = _budget < 0 ? -1 : _budget - (int)n;
            return true;
        }

        if (errno != Errno.EAGAIN)
        {
            End();
        }

        return false;
    }

    /// <summary>The process has exited: only what is in the pipe now is its output.</summary>
    internal void LimitToContent()
    {
        if (!HasEnded && _budget < 0)
        {
            var content = 0;
            _ = NativeCalls.ioctl(descriptor.Number, FIONREAD, &content);
            _budget = content;
        }
    }

    /// <summary>Reads what <see cref="LimitToContent"/> left to read, then ends, unless the buffer is full before.</summary>
    internal void Drain(OutputBuffer buffer)
    {
        while (!HasEnded && _budget > 0 && !buffer.IsFull)
        {
            if (!Read(buffer) && !HasEnded)
            {
                _budget = 0;
            }
        }

        if (!HasEnded && _budget == 0)
        {
            var entry = new PollEntry { Descriptor = descriptor.Number, Events = POLLIN };
            _ = NativeCalls.poll(&entry, 1, 0);
            LeftOpen = (entry.Returned & POLLHUP) == 0 || (entry.Returned & POLLIN) != 0;
            End();
        }
    }

    internal void End()
    {
        if (!HasEnded)
        {
            Unwatch();
            HasEnded = true;
            descriptor.Dispose();
        }
    }

    /// <inheritdoc/>
    protected internal override void OnReady(uint events) => owner.OnReadable(this);
}
