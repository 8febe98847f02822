namespace Fireball.Agent.Core;

/// <summary>
/// One connection's way to being an owner's: begun when it is accepted, completed by the mutual proof, ended with it.
/// Thread-safe.
/// </summary>
internal sealed class Handshake : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Admission _admission;
    private readonly CancellationTokenSource _cancel;
    private bool _owner;
    private bool _ended;

    internal Handshake(Admission admission, CancellationToken cancellationToken)
    {
        _admission = admission;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _cancel.Token;
    }

    /// <summary>Cancelled when the agent leaves, or when newer connections have crowded this one out.</summary>
    public CancellationToken Token { get; }

    /// <summary>The peer has proved itself: it is the owner now, and its connection holds the lease.</summary>
    /// <returns>False: it came too late, its connection is being closed.</returns>
    public bool TryComplete()
    {
        lock (_gate)
        {
            return !_ended && (_owner = _admission.TryAdmit(this));
        }
    }

    /// <summary>The connection has ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (_owner)
            {
                _admission.Dismiss();
            }
            else
            {
                _ = _admission.TryForget(this);
            }
        }

        _cancel.Dispose();
    }

    internal void GiveWay()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }
    }
}
