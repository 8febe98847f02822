using System.Runtime.InteropServices;
using static Fireball.Posix.NativeConstants;

namespace Fireball.Posix;

/// <summary>
/// One thread that waits with epoll(7) for everything there is to wait for: pipes, sockets, exits, timers. It never
/// polls: with nothing to do it does not wake up.
/// </summary>
public sealed unsafe class Reactor : IDisposable
{
    // Events taken per system call; more wait for the next. Arbitrary.
    private const int Batch = 64;

    private static readonly Lazy<Reactor> SharedReactor = new(() => new Reactor("fireball-io"));

    private readonly Lock _gate = new();
    private readonly Descriptor _epoll;
    private readonly Descriptor _stop;
    private readonly Thread _thread;
    private readonly List<ReactorHandler?> _slots = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<int> _free = new();
    private volatile bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name, for a debugger.</param>
    public Reactor(string name)
    {
        _epoll = SystemCall.Own(ProcessCalls.epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
        _stop = SystemCall.Own(ProcessCalls.eventfd(0, O_CLOEXEC | O_NONBLOCK), "eventfd");
        var description = new EpollEvent { Events = EPOLLIN, Data = ulong.MaxValue };
        SystemCall.Check(ProcessCalls.epoll_ctl(_epoll.Number, EPOLL_CTL_ADD, _stop.Number, &description), "epoll_ctl");

        // A quarter of a megabyte of stack: continuations run here, no recursion does.
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>
    /// One for the whole process, started when it is first needed and never stopped: for what lives as long as the
    /// program, such as the connections to hosts.
    /// </summary>
    public static Reactor Shared => SharedReactor.Value;

    /// <summary>True on the reactor's own thread.</summary>
    public bool IsCurrentThread => Thread.CurrentThread == _thread;

    /// <summary>Stops the thread; handlers that are still added are not called any more.</summary>
    public void Dispose()
    {
        _stopping = true;
        var one = 1UL;
        if (!_stop.IsClosed)
        {
            _ = ProcessCalls.write(_stop.Number, (byte*)&one, sizeof(ulong));
        }

        if (!IsCurrentThread)
        {
            _thread.Join();
            _epoll.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>Waits for <paramref name="events"/> of a descriptor from now on.</summary>
    /// <returns>False where the kernel says that it is always ready (a regular file, /dev/null).</returns>
    internal bool Add(ReactorHandler handler, int descriptor, uint events)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var slot))
            {
                slot = _slots.Count;
                _slots.Add(null);
                _generations.Add(0);
            }

            _slots[slot] = handler;
            handler.Slot = slot;
            var description = new EpollEvent { Events = events, Data = ((ulong)_generations[slot] << 32) | (uint)slot };
            if (ProcessCalls.epoll_ctl(_epoll.Number, EPOLL_CTL_ADD, descriptor, &description) == 0)
            {
                return true;
            }

            var errno = Marshal.GetLastPInvokeError();
            Release(handler);
            return errno == Errno.EPERM ? false : throw new PosixException(errno, "epoll_ctl");
        }
    }

    /// <summary>Waits no longer. The descriptor must still be open.</summary>
    internal void Remove(ReactorHandler handler, int descriptor)
    {
        lock (_gate)
        {
            if (handler.Slot >= 0)
            {
                _ = ProcessCalls.epoll_ctl(_epoll.Number, EPOLL_CTL_DEL, descriptor, null);
                Release(handler);
            }
        }
    }

    private void Release(ReactorHandler handler)
    {
        _slots[handler.Slot] = null;
        _generations[handler.Slot]++;
        _free.Push(handler.Slot);
        handler.Slot = -1;
    }

    private void Run()
    {
        var events = stackalloc EpollEvent[Batch];
        while (!_stopping)
        {
            var count = ProcessCalls.epoll_wait(_epoll.Number, events, Batch, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw new PosixException(Marshal.GetLastPInvokeError(), "epoll_wait");
            }

            for (var i = 0; i < count && !_stopping; i++)
            {
                Find(events[i].Data)?.OnReady(events[i].Events);
            }
        }
    }

    private ReactorHandler? Find(ulong data)
    {
        var slot = (int)(uint)data;
        lock (_gate)
        {
            return slot >= 0 && slot < _slots.Count && _generations[slot] == (uint)(data >> 32) ? _slots[slot] : null;
        }
    }
}
