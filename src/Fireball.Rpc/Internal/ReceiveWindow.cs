namespace Fireball.Rpc;

/// <summary>
/// What the peer may send in a call: returned to it by half windows as its messages are read, and grown while they are
/// read fast. Guarded by the lock of the queue it belongs to.
/// </summary>
internal sealed class ReceiveWindow(ChannelEnd channel, int initial)
{
    private int _window = initial;
    private long _remaining = initial;
    private long _consumed;
    private long _grown;
    private long _lastGrant = channel.Options.TimeProvider.GetTimestamp();

    /// <summary>Accounts for a received payload.</summary>
    /// <exception cref="RpcProtocolException">The peer had no credit left.</exception>
    internal void Received(long cost)
    {
        if (_remaining <= 0)
        {
            throw new RpcProtocolException("a payload was sent without credit");
        }

        _remaining -= cost;
    }

    /// <summary>Accounts for a payload that was read; returns the credit to give the peer now, mostly 0.</summary>
    internal uint Consumed(long cost)
    {
        _consumed += cost;
        if (_consumed < _window / 2)
        {
            return 0;
        }

        var options = channel.Options;
        var now = options.TimeProvider.GetTimestamp();
        var fast = options.TimeProvider.GetElapsedTime(_lastGrant, now) < Limits.GrowthInterval;
        _lastGrant = now;
        var growth = Math.Min((long)_window * Limits.GrowthFactor, options.MaxWindow) - _window;
        if (!fast || growth <= 0 || !channel.TryGrow(growth))
        {
            growth = 0;
        }

        _window += (int)growth;
        _grown += growth;
        var grant = _consumed + growth;
        _consumed = 0;
        _remaining += grant;
        return (uint)grant;
    }

    /// <summary>Gives the growth back to the connection; at the call's end, once.</summary>
    internal void End()
    {
        channel.Shrink(_grown);
        _grown = 0;
    }
}
