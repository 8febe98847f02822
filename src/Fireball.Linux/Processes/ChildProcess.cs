using System.Diagnostics;
using System.Threading.Tasks.Sources;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// A process that was started here, leader of its own session and process group. The reactor reads its output as far as
/// one buffer holds it; the owner takes that batch by batch, and while it does not, the process meets a full pipe.
/// </summary>
/// <remarks>One consumer: <see cref="WaitAsync"/>, <see cref="Take"/>, <see cref="Return"/>, again until Exit.</remarks>
public sealed partial class ChildProcess : IValueTaskSource
{
    private readonly Lock _gate = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly OutputPipe _output;
    private readonly OutputPipe _error;
    private ManualResetValueTaskSourceCore<bool> _source;
    private OutputBuffer? _filling;
    private OutputBuffer? _taken;
    private OutputBuffer? _spare;
    private ProcessExit? _exit;
    private TaskCompletionSource? _exited;
    private bool _reaped;
    private bool _holding = true;
    private bool _holdEnded;
    private bool _waiting;

    internal ChildProcess(Reactor reactor, Descriptor output, Descriptor error, ReactorStream? input)
    {
        _output = new OutputPipe(this, reactor, output, isError: false);
        _error = new OutputPipe(this, reactor, error, isError: true);
        Input = input;
    }

    /// <summary>Its process id; also its process group's and session's.</summary>
    public int Pid { get; private set; }

    /// <summary>Its standard input; null where that is /dev/null. Disposing it is end of file to the process.</summary>
    public ReactorStream? Input { get; }

    /// <summary>How it ended; null while it runs.</summary>
    public ProcessExit? Exit
    {
        get
        {
            lock (_gate)
            {
                return _exit;
            }
        }
    }

    /// <summary>Completes when the process has exited, whether or not its output was taken.</summary>
    public Task Exited
    {
        get
        {
            lock (_gate)
            {
                if (_exit is not null)
                {
                    return Task.CompletedTask;
                }

                _exited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _exited.Task;
            }
        }
    }

    private bool HasNews =>
        _holdEnded || _exit is not null || _filling is { IsFull: true } || (!_holding && _filling is { IsEmpty: false });

    private bool IsDrained => _output.HasEnded && _error.HasEnded;

    /// <summary>
    /// Waits for something to <see cref="Take"/>. For the first milliseconds (<see cref="ProcessTable.HoldTime"/>) that
    /// is only a full buffer or the exit, so that all of a short command is one batch.
    /// </summary>
    /// <remarks>What awaits this may run on the reactor's thread: it must not block.</remarks>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (HasNews)
            {
                return ValueTask.CompletedTask;
            }

            _source.Reset();
            _waiting = true;
            return new ValueTask(this, _source.Version);
        }
    }

    /// <summary>Takes what has been read. Reading goes on into another buffer.</summary>
    public OutputBatch Take()
    {
        lock (_gate)
        {
            _holdEnded = false;
            var ended = _exit is not null && IsDrained;
            (_taken, _filling) = (_filling, null);
            if (_exit is null)
            {
                _output.Watch();
                _error.Watch();
            }
            else if (!ended)
            {
                DrainPipes();
            }

            return new OutputBatch(
                _taken?.Segments ?? [], ended ? _exit : null, ended && (_output.LeftOpen || _error.LeftOpen));
        }
    }

    /// <summary>Gives the memory of the last batch back.</summary>
    public void Return()
    {
        lock (_gate)
        {
            _taken?.Clear();
            (_spare, _taken) = (_taken ?? _spare, null);
            if (_exit is not null && IsDrained && _filling is null && _spare is not null)
            {
                OutputBuffer.GiveBack(_spare);
                _spare = null;
            }
        }
    }

    /// <summary>Sends a signal to the process group, as long as the process has not been reaped.</summary>
    /// <returns>False where it has exited already.</returns>
    public bool Signal(int signal)
    {
        lock (_gate)
        {
            // Before it is reaped its id cannot be given to another process.
            return !_reaped && NativeCalls.kill(-Pid, signal) == 0;
        }
    }

    /// <summary>Reads no more output; the process gets SIGPIPE if it goes on writing.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _output.End();
            _error.End();
        }

        Input?.Dispose();
    }

    internal void OnStarted(int pid)
    {
        lock (_gate)
        {
            Pid = pid;
        }
    }

    internal void Watch()
    {
        lock (_gate)
        {
            if (_exit is null)
            {
                _output.Watch();
                _error.Watch();
            }
        }
    }

    internal void OnHoldEnded()
    {
        bool wake;
        lock (_gate)
        {
            _holding = false;
            _holdEnded = _exit is null;
            wake = ClaimWaiter();
        }

        Wake(wake, inline: false);
    }

    internal void OnReadable(OutputPipe pipe)
    {
        bool wake;
        lock (_gate)
        {
            if (_exit is not null || pipe.HasEnded)
            {
                return;
            }

            var buffer = FillingBuffer();
            if (buffer.IsFull)
            {
                pipe.Unwatch();
                return;
            }

            _ = pipe.Read(buffer);
            if (buffer.IsFull)
            {
                pipe.Unwatch();
            }

            wake = ClaimWaiter();
        }

        Wake(wake, inline: false);
    }

    /// <summary>Collects the exit status if there is one.</summary>
    internal unsafe bool TryReap()
    {
        int status;
        ResourceRecord usage;
        lock (_gate)
        {
            if (_reaped || NativeCalls.wait4(Pid, &status, WNOHANG, &usage) != Pid)
            {
                return false;
            }

            _reaped = true;
        }

        OnExit(status, usage);
        return true;
    }

    /// <summary>The process has been reaped.</summary>
    internal void OnExit(int status, ResourceRecord usage)
    {
        bool wake;
        TaskCompletionSource? exited;
        lock (_gate)
        {
            _reaped = true;
            _exit = ProcessExit.Decode(status, usage, Stopwatch.GetElapsedTime(_startedAt));
            exited = _exited;
            _output.Unwatch();
            _error.Unwatch();
            _output.LimitToContent();
            _error.LimitToContent();
            DrainPipes();
            wake = ClaimWaiter();
        }

        exited?.TrySetResult();

        // Inline: the caller's last words leave without another thread being woken.
        Wake(wake, inline: true);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void DrainPipes()
    {
        if (!IsDrained)
        {
            var buffer = FillingBuffer();
            _output.Drain(buffer);
            _error.Drain(buffer);
        }
    }

    private OutputBuffer FillingBuffer()
    {
        if (_filling is null)
        {
            _filling = _spare ?? OutputBuffer.Rent();
            _spare = null;
        }

        return _filling;
    }

    private bool ClaimWaiter()
    {
        var wake = _waiting && HasNews;
        _waiting &= !wake;
        return wake;
    }

    private void Wake(bool wake, bool inline)
    {
        if (wake)
        {
            _source.RunContinuationsAsynchronously = !inline;
            _source.SetResult(true);
        }
    }
}
