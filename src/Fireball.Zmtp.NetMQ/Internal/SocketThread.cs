using System.Collections.Concurrent;
using global::NetMQ;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// The one thread that owns every NetMQ socket of this assembly: they are not thread-safe. It is there while there are
/// connections, and ends with the last one, so that a program that uses NetMQ itself can clean it up. One thread for all,
/// because a poller of NetMQ takes six of its 1,024 sockets; what runs here never waits.
/// </summary>
#pragma warning disable CA1001 // What it holds is disposed by the thread itself.
internal sealed class SocketThread
#pragma warning restore CA1001
{
    private static readonly Lock Gate = new();
    private static SocketThread? _current;

    private readonly NetMQPoller _poller = new();

    // Both bounded by the users: each posts a few actions at a time.
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly NetMQQueue<bool> _wakeUps = new();
    private readonly HashSet<Action<Exception>> _users = [];

    // The thread's own: no other touches it, also after its death.
    private readonly HashSet<NetMQSocket> _sockets = [];
    private bool _isDead;

    private SocketThread()
    {
        _wakeUps.ReceiveReady += (_, _) => WakeUp();
        _poller.Add(_wakeUps);
        new Thread(Run) { IsBackground = true, Name = "NetMQ sockets" }.Start();
    }

    /// <summary>The thread, for one more user, who is told when it ends by a failure, such as <c>NetMQConfig.Cleanup</c>.</summary>
    public static SocketThread Acquire(Action<Exception> failed)
    {
        lock (Gate)
        {
            _current ??= new SocketThread();
            _current._users.Add(failed);
            return _current;
        }
    }

    /// <summary>The user posts nothing any more, and its sockets are removed.</summary>
    public void Release(Action<Exception> failed)
    {
        lock (Gate)
        {
            _users.Remove(failed);
            if (_users.Count > 0)
            {
                return;
            }

            _current = _current == this ? null : _current;
        }

        Post(Stop);
    }

    /// <summary>Runs this on the thread, soon. It must not throw or wait.</summary>
    public void Post(Action action)
    {
        _actions.Enqueue(action);
        lock (_wakeUps)
        {
            if (!_isDead)
            {
                try
                {
                    _wakeUps.Enqueue(true);
                    return;
                }
                catch (TerminatingException)
                {
                    // The thread ends by the same, and then runs what is left.
                    return;
                }
            }

            RunActions();
        }
    }

    /// <summary>Runs this on the thread; the task is its outcome.</summary>
    public Task InvokeAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
#pragma warning disable CA1031 // It is the caller's.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>On the thread: its events are raised here from now on.</summary>
    public void Add(NetMQSocket socket)
    {
        _poller.Add(socket);
        _sockets.Add(socket);
    }

    /// <summary>On the thread.</summary>
    public void Add(NetMQTimer timer) => _poller.Add(timer);

    /// <summary>On the thread: closes it; what was handed to it is sent within its linger time.</summary>
    public void Remove(NetMQSocket socket, NetMQTimer? timer = null)
    {
        if (!_sockets.Remove(socket))
        {
            // Not added yet, or closed with the thread, where this does nothing.
            Dispose(socket);
            return;
        }

        if (timer is not null)
        {
            _poller.Remove(timer);
        }

        _poller.RemoveAndDispose(socket);
    }

    private void Stop()
    {
        if (!_isDead)
        {
            _poller.Stop();
        }
    }

    private void WakeUp()
    {
        while (_wakeUps.TryDequeue(out _, TimeSpan.Zero))
        {
            // One for each action, which are all run below.
        }

        RunActions();
    }

    private void RunActions()
    {
        while (_actions.TryDequeue(out var action))
        {
            action();
        }
    }

    private void Run()
    {
        try
        {
            _poller.Run();
            Dispose();
        }
#pragma warning disable CA1031 // Whatever ends the thread, such as NetMQConfig.Cleanup, is its users' failure, not the process's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Die(e);
        }
    }

    private void Die(Exception failure)
    {
        Action<Exception>[] users;
        lock (Gate)
        {
            _current = _current == this ? null : _current;
            users = [.. _users];
        }

        foreach (var failed in users)
        {
            failed(failure);
        }

        // From here on actions run on their users' threads, one at a time.
        lock (_wakeUps)
        {
            _isDead = true;
            RunActions();
            foreach (var socket in _sockets)
            {
                Dispose(socket);
            }

            _sockets.Clear();
        }

        // NetMQ's cleanup waits for every socket, these two have theirs as well.
        Dispose();
    }

    private void Dispose()
    {
        Dispose(_wakeUps);
        Dispose(_poller);
    }

    private static void Dispose(IDisposable part)
    {
        try
        {
            part.Dispose();
        }
        catch (NetMQException)
        {
            // NetMQ is being cleaned up.
        }
    }
}
