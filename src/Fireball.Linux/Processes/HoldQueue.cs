using System.Diagnostics;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// Tells each process a fixed time after its start that this time is over. One timer for all, armed only while there
/// are processes younger than that.
/// </summary>
internal sealed unsafe class HoldQueue : ReactorHandler, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Reactor _reactor;
    private readonly TimeSpan _time;
    private readonly Descriptor _timer;
    private readonly Queue<(long Since, ChildProcess Process)> _queue = new();
    private bool _armed;

    internal HoldQueue(Reactor reactor, TimeSpan time)
    {
        (_reactor, _time) = (reactor, time);
        _timer = SystemCall.Own(NativeCalls.timerfd_create(CLOCK_MONOTONIC, O_CLOEXEC | O_NONBLOCK), "timerfd_create");
        _ = reactor.Add(this, _timer.Number, EPOLLIN);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reactor.Remove(this, _timer.Number);
        _timer.Dispose();
    }

    internal void Add(ChildProcess process)
    {
        lock (_gate)
        {
            _queue.Enqueue((Stopwatch.GetTimestamp(), process));
            if (!_armed)
            {
                Arm(_time);
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void OnReady(uint events)
    {
        ulong expirations;
        _ = NativeCalls.read(_timer.Number, (byte*)&expirations, sizeof(ulong));
        while (TryTakeDue(out var process))
        {
            process!.OnHoldEnded();
        }
    }

    private bool TryTakeDue(out ChildProcess? process)
    {
        lock (_gate)
        {
            process = null;
            while (_queue.TryPeek(out var head))
            {
                var left = _time - Stopwatch.GetElapsedTime(head.Since);
                if (!head.Process.Exited.IsCompleted && left > TimeSpan.Zero)
                {
                    Arm(left);
                    return false;
                }

                process = _queue.Dequeue().Process;
                if (left <= TimeSpan.Zero)
                {
                    return true;
                }
            }

            _armed = false;
            return false;
        }
    }

    private void Arm(TimeSpan time)
    {
        _armed = true;
        var setting = new TimerSetting { ValueNanoseconds = Math.Max(1, (long)time.TotalNanoseconds) };
        SystemCall.Check(NativeCalls.timerfd_settime(_timer.Number, 0, &setting, null), "timerfd_settime");
    }
}
