using static Fireball.Posix.NativeConstants;

namespace Fireball.Posix;

/// <summary>
/// Receives signals by signalfd(2). Every thread must have them blocked, which only a process that was started with
/// them blocked can be sure of: the agent's worker is.
/// </summary>
public sealed unsafe class SignalWatch : ReactorHandler, IDisposable
{
    // struct signalfd_siginfo; its first field is the signal's number.
    private const int RecordSize = 128;

    private readonly Reactor _reactor;
    private readonly Action<int> _receive;
    private readonly Descriptor _descriptor;

    /// <summary>Calls <paramref name="receive"/> with the number, on the reactor's thread.</summary>
    public SignalWatch(Reactor reactor, IEnumerable<int> signals, Action<int> receive)
    {
        (_reactor, _receive) = (reactor, receive);
        var mask = signals.Aggregate(0UL, (bits, signal) => bits | (1UL << (signal - 1)));

        // sigset_t has 1024 bits, of which the kernel reads 64.
        var set = stackalloc ulong[16];
        new Span<ulong>(set, 16).Clear();
        set[0] = mask;
        _descriptor = SystemCall.Own(ProcessCalls.signalfd(-1, set, O_CLOEXEC | O_NONBLOCK), "signalfd");
        _ = reactor.Add(this, _descriptor.Number, EPOLLIN);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reactor.Remove(this, _descriptor.Number);
        _descriptor.Dispose();
    }

    /// <inheritdoc/>
    protected internal override void OnReady(uint events)
    {
        var record = stackalloc byte[RecordSize];
        while (ProcessCalls.read(_descriptor.Number, record, RecordSize) == RecordSize)
        {
            _receive((int)*(uint*)record);
        }
    }
}
