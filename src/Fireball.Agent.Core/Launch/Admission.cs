namespace Fireball.Agent.Core;

/// <summary>Connections in handshake: at most so many, the oldest gives way.</summary>
internal sealed class Admission(Lease lease)
{
    /// <summary>
    /// 128: an owner has one; the rest are mistakes or mischief of the same user, and cost some 10 KiB each.
    /// </summary>
    internal const int MaxHandshakes = 128;

    private readonly Lock _gate = new();
    private readonly LinkedList<Handshake> _open = new();

    /// <summary>Begins one handshake; it is cancelled when it is the oldest and one too many has come.</summary>
    internal Handshake Begin(CancellationToken cancellationToken)
    {
        var handshake = new Handshake(this, cancellationToken);
        Handshake? oldest = null;
        lock (_gate)
        {
            _open.AddLast(handshake);
            if (_open.Count > MaxHandshakes)
            {
                oldest = _open.First!.Value;
                _open.RemoveFirst();
            }
        }

        oldest?.GiveWay();
        return handshake;
    }

    /// <summary>The peer has proved itself. False: it had given way to others by then.</summary>
    internal bool TryAdmit(Handshake handshake)
    {
        if (!TryForget(handshake))
        {
            return false;
        }

        lease.OwnerCame();
        return true;
    }

    /// <summary>An owner's connection has ended.</summary>
    internal void Dismiss() => lease.OwnerWent();

    /// <summary>The handshake has ended. False: it had given way to others by then.</summary>
    internal bool TryForget(Handshake handshake)
    {
        lock (_gate)
        {
            return _open.Remove(handshake);
        }
    }
}
