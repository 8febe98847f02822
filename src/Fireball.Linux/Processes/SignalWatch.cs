using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

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
        var set = SignalSet.Of(signals);
        _descriptor = SystemCall.Own(NativeCalls.signalfd(-1, &set, O_CLOEXEC | O_NONBLOCK), "signalfd");
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
        while (NativeCalls.read(_descriptor.Number, record, RecordSize) == RecordSize)
        {
            _receive((int)*(uint*)record);
        }
    }
}
