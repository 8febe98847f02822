using System.Runtime.InteropServices;

namespace Fireball.Programs;

/// <summary>SIGINT, SIGTERM and SIGHUP cancel what is being done; the exit status is 128 + the first one.</summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signal;

    /// <summary>Signals are taken from here on, until this is disposed.</summary>
    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, Linux.Signal.Int)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, Linux.Signal.Term)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Receive(context, Linux.Signal.Hup)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>The first signal; 0: none has come.</summary>
    public int Signal => Volatile.Read(ref _signal);

    /// <summary>128 + the signal.</summary>
    public int ExitStatus => Linux.Signal.StatusBase + Signal;

    /// <summary>Signals do again what they do by themselves.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _cancellation.Dispose();
    }

    private void Receive(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        _ = Interlocked.CompareExchange(ref _signal, signal, 0);
        _cancellation.Cancel();
    }
}
