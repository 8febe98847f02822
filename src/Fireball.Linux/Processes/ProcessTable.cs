using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>Starts processes, knows those that run, and reaps them when they exit.</summary>
public sealed unsafe partial class ProcessTable : IDisposable
{
    /// <summary>
    /// How long after its start a process's output is held back in the hope of its exit, so that all of a short command
    /// is one batch. Longer than almost any command that is run for its answer needs to start up (1 to 3 ms), shorter
    /// than a person or a round trip through ssh over a network notices.
    /// </summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Reactor _reactor;
    private readonly HoldQueue _holding;
    private readonly SignalWatch? _childSignal;
    private readonly Dictionary<int, ChildProcess> _children = [];
    private readonly Dictionary<int, (int Status, ResourceRecord Usage)> _early = [];
    private readonly Lazy<Descriptor> _noInput = new(OpenNoInput);
    private int _spawning;

    /// <summary>With nothing running yet.</summary>
    /// <param name="reactor">Waits for pipes and exits.</param>
    /// <param name="reapsAll">
    /// True: every child of this process is reaped, also those adopted from dead descendants; exits come by SIGCHLD, which
    /// every thread must have blocked. False: only processes started here, each by its pidfd (Linux 5.3).
    /// </param>
    public ProcessTable(Reactor reactor, bool reapsAll)
    {
        _reactor = reactor;
        _holding = new HoldQueue(reactor, HoldTime);
        _childSignal = reapsAll ? new SignalWatch(reactor, [Signal.Chld], _ => ReapAll()) : null;
    }

    /// <summary>The processes that run now.</summary>
    public IReadOnlyList<ChildProcess> Running
    {
        get
        {
            lock (_gate)
            {
                return [.. _children.Values];
            }
        }
    }

    /// <summary>How many processes run now.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate)
            {
                return _children.Count;
            }
        }
    }

    /// <summary>Starts a process. Takes as long as fork and exec take, some 0.5 ms.</summary>
    /// <exception cref="SpawnException">Nothing was started.</exception>
    public ChildProcess Start(SpawnRequest request)
    {
        var pipes = default(Pipes);
        try
        {
            pipes = OpenPipes(request.HasInput);
        }
        catch (PosixException e)
        {
            throw new SpawnException(SpawnFailure.Resources, e.Errno, $"cannot start a process: {e.Message}");
        }

        lock (_gate)
        {
            _spawning++;
        }

        var pid = 0;
        try
        {
            pid = Spawner.Start(
                request, (pipes.TheirInput ?? _noInput.Value).Number, pipes.TheirOutput.Number, pipes.TheirError.Number);
        }
        catch
        {
            pipes.CloseOurs();
            Register(0, null);
            throw;
        }
        finally
        {
            pipes.CloseTheirs();
        }

        var input = pipes.OurInput is null ? null : new ReactorStream(_reactor, null, pipes.OurInput);
        var child = new ChildProcess(_reactor, pipes.OurOutput, pipes.OurError, input);
        child.OnStarted(pid);
        Register(pid, child);
        return child;
    }

    /// <summary>Stops waiting. What runs goes on running.</summary>
    public void Dispose()
    {
        _childSignal?.Dispose();
        _holding.Dispose();
        if (_noInput.IsValueCreated)
        {
            _noInput.Value.Dispose();
        }
    }

    private void Register(int pid, ChildProcess? child)
    {
        (int Status, ResourceRecord Usage) early;
        bool exited;
        lock (_gate)
        {
            exited = _early.Remove(pid, out early);
            if (--_spawning == 0)
            {
                _early.Clear();
            }

            if (!exited && child is not null)
            {
                _children[pid] = child;
            }
        }

        if (child is null)
        {
            return;
        }

        if (exited)
        {
            child.OnExit(early.Status, early.Usage);
            return;
        }

        child.Watch();
        _holding.Add(child);
        if (_childSignal is null)
        {
            PidWatch.Start(this, _reactor, child);
        }
    }

    private void Reap(ChildProcess child)
    {
        lock (_gate)
        {
            // Removed first: once it is reaped, its id may belong to the next process that is started.
            _children.Remove(child.Pid);
        }

        _ = child.TryReap();
    }

    // On the reactor's thread, after SIGCHLD: that signal does not count, so this goes on until no child has exited.
    private void ReapAll()
    {
        while (true)
        {
            SignalInformation ended = default;
            if (NativeCalls.waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.Pid == 0)
            {
                return;
            }

            if (FindOrReapOther(ended.Pid) is { } child)
            {
                Reap(child);
            }
        }
    }

    private ChildProcess? FindOrReapOther(int pid)
    {
        lock (_gate)
        {
            if (_children.TryGetValue(pid, out var child))
            {
                return child;
            }

            // Adopted from a dead descendant; or being started just now and not in the table yet.
            int status;
            ResourceRecord usage;
            if (NativeCalls.wait4(pid, &status, WNOHANG, &usage) == pid && _spawning > 0)
            {
                _early[pid] = (status, usage);
            }

            return null;
        }
    }

    private sealed class PidWatch(ProcessTable table, Reactor reactor, ChildProcess child, Descriptor descriptor)
        : ReactorHandler
    {
        internal static void Start(ProcessTable table, Reactor reactor, ChildProcess child)
        {
            var fd = (int)NativeCalls.syscall(SYS_pidfd_open, child.Pid, 0, 0, 0);
            var descriptor = SystemCall.Own(fd, "pidfd_open");
            _ = reactor.Add(new PidWatch(table, reactor, child, descriptor), descriptor.Number, EPOLLIN);
        }

        protected internal override void OnReady(uint events)
        {
            reactor.Remove(this, descriptor.Number);
            descriptor.Dispose();
            table.Reap(child);
        }
    }
}
