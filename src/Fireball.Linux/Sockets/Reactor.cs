using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// One thread that waits with epoll(7) for everything there is to wait for: pipes, sockets, exits, timers. It never
/// polls: with nothing to do it does not wake up.
/// </summary>
public sealed unsafe class Reactor : IDisposable
{
    // Events taken per system call; more wait for the next. Arbitrary.
    private const int Batch = 64;

    // What the kernel gives back for the descriptor that ends a wait; no handler's slot.
    private const ulong WakeData = uint.MaxValue;

    private static readonly Lazy<Reactor> SharedReactor = new(() => new Reactor("fireball-io"));

    // The one that RunShared made on the program's own thread, in place of the one above.
    private static Reactor? _onCaller;

    private readonly Lock _gate = new();
    private readonly Descriptor _epoll;
    private readonly Descriptor _wake;
    private readonly Thread? _thread;

    // Those that are due some time; hardly ever more than two.
    private readonly List<ReactorTimer> _timers = [];
    private readonly List<ReactorHandler?> _slots = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<int> _free = new();
    private volatile bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name, for a debugger.</param>
    public Reactor(string name)
        : this(thread: null)
    {
        // A quarter of a megabyte of stack: continuations run here, no recursion does.
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = name };
        _thread.Start();
    }

    private Reactor(Thread? thread)
    {
        _thread = thread;
        Time = new ReactorTime(this);
        _epoll = SystemCall.Own(NativeCalls.epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
        _wake = SystemCall.Own(NativeCalls.eventfd(0, O_CLOEXEC | O_NONBLOCK), "eventfd");
        SystemCall.Check(Watch(_wake.Number, EPOLLIN, WakeData), "epoll_ctl");
    }

    /// <summary>
    /// One for the whole process, started when it is first needed and never stopped: for what lives as long as the
    /// program, such as the connections to hosts.
    /// </summary>
    public static Reactor Shared => Volatile.Read(ref _onCaller) ?? SharedReactor.Value;

    /// <summary>A clock whose timers run on the reactor's thread.</summary>
    public ReactorTime Time { get; }

    /// <summary>True on the reactor's own thread.</summary>
    public bool IsCurrentThread => Thread.CurrentThread == _thread;

    /// <summary>
    /// Does a program's whole work with <see cref="Shared"/> on the calling thread instead of one of its own: a program
    /// that lives for milliseconds starts no thread to wait for its one connection. What the work awaits must not need
    /// this thread while the work itself blocks it. To be called once, before <see cref="Shared"/> is used.
    /// </summary>
    public static T RunShared<T>(Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var reactor = new Reactor(Thread.CurrentThread);
        Volatile.Write(ref _onCaller, reactor);
        var whole = work();
        if (!whole.IsCompleted)
        {
            // It may end on any thread; this one has to be woken for it.
            _ = whole.ContinueWith(
                static (_, state) => ((Reactor)state!).Stop(),
                reactor,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            reactor.Run();
        }

        return whole.GetAwaiter().GetResult();
    }

    /// <summary>Stops the thread; handlers that are still added are not called any more.</summary>
    public void Dispose()
    {
        Stop();
        if (!IsCurrentThread)
        {
            _thread?.Join();
            _epoll.Dispose();
            _wake.Dispose();
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
            if (Watch(descriptor, events, ((ulong)_generations[slot] << 32) | (uint)slot) == 0)
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
                _ = NativeCalls.epoll_ctl(_epoll.Number, EPOLL_CTL_DEL, descriptor, null);
                Release(handler);
            }
        }
    }

    private int Watch(int descriptor, uint events, ulong data)
    {
        var memory = stackalloc byte[EpollEvents.MaxSize];
        var description = new EpollEvents(memory);
        description.Set(events, data);
        return NativeCalls.epoll_ctl(_epoll.Number, EPOLL_CTL_ADD, descriptor, description.Pointer);
    }

    /// <summary>Changes a timer; a wait that would be too long for it ends.</summary>
    /// <returns>What <paramref name="change"/> says, which runs under a lock.</returns>
    internal bool Change(ReactorTimer timer, Func<bool> change)
    {
        bool done;
        lock (_gate)
        {
            done = change();
            _ = _timers.Remove(timer);
            if (timer.Due is null)
            {
                return done;
            }

            _timers.Add(timer);
        }

        if (!IsCurrentThread)
        {
            Wake();
        }

        return done;
    }

    // Milliseconds that a wait may last: to the next timer, rounded up so that it is due then; -1: for ever.
    private int MaxWait()
    {
        lock (_gate)
        {
            return _timers.Count == 0 ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(_timers.Min(timer => timer.Remaining())));
        }
    }

    // Each that is due once, so that one which is always due leaves room for the rest.
    private void RunTimers()
    {
        List<ReactorTimer> due;
        lock (_gate)
        {
            due = _timers.FindAll(timer => timer.Remaining() == 0);
        }

        foreach (var timer in due)
        {
            lock (_gate)
            {
                if (timer.Remaining() != 0)
                {
                    // One before has put it off.
                    continue;
                }

                timer.Next();
                if (timer.Due is null)
                {
                    _ = _timers.Remove(timer);
                }
            }

            timer.Run();
        }
    }

    private void Stop()
    {
        _stopping = true;
        Wake();
    }

    private void Wake()
    {
        var one = 1UL;
        if (!_wake.IsClosed)
        {
            _ = NativeCalls.write(_wake.Number, (byte*)&one, sizeof(ulong));
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
        var memory = stackalloc byte[Batch * EpollEvents.MaxSize];
        var ready = new EpollEvents(memory);
        while (!_stopping)
        {
            var wait = MaxWait();
            var count = NativeCalls.epoll_wait(_epoll.Number, ready.Pointer, Batch, wait);
            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw new PosixException(Marshal.GetLastPInvokeError(), "epoll_wait");
            }

            for (var i = 0; i < count && !_stopping; i++)
            {
                var (events, data) = ready.Get(i);
                if (data == WakeData)
                {
                    ulong woken;
                    _ = NativeCalls.read(_wake.Number, (byte*)&woken, sizeof(ulong));
                    continue;
                }

                Find(data)?.OnReady(events);
            }

            // One that was set meanwhile is in the next wait.
            if (wait >= 0)
            {
                RunTimers();
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
