using System.Runtime.InteropServices;

namespace Fireball.Cli.Terminal;

/// <summary>SIGINT, SIGTERM and SIGHUP cancel what is being done; the exit status is 128 + the first one.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signal;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, Signals.Interrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, Signals.Terminate)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Receive(context, Signals.Hangup)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>The first signal; 0: none has come.</summary>
    public int Signal => Volatile.Read(ref _signal);

    /// <summary>128 + the signal.</summary>
    public int ExitStatus => Cli.ExitStatus.SignalBase + Signal;

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
