namespace Fireball.Ssh.SshNet;

/// <summary>
/// The windows of a channel (RFC 4254, 5.2): what may be sent to the host, and what the host may send. The host's numbers
/// are checked here. Not thread-safe.
/// </summary>
internal sealed class ChannelWindows
{
    /// <summary>What the host may send before it is read, bytes: as OpenSSH's channels.</summary>
    internal const int Receiving = 2 << 20;

    /// <summary>The largest packet that the host may send, bytes of data: as OpenSSH's; SSH.NET takes twice that.</summary>
    internal const int MaxPacket = 32 << 10;

    // What is read and not given back yet, at most, bytes: a message for eight packets, and the host never waits for one.
    private const int GiveBackAfter = 8 * MaxPacket;

    private uint _sending;
    private int _packet;
    private int _receiving = Receiving;
    private int _read;

    /// <summary>There is something to give back.</summary>
    internal bool OwesRoom => _read >= GiveBackAfter;

    /// <summary>What one packet to the host may hold now, bytes; 0: it has no room.</summary>
    internal int Sendable => (int)Math.Min(_sending, (uint)_packet);

    /// <summary>The host has opened the channel.</summary>
    /// <returns>False: it takes no packets.</returns>
    internal bool TryOpen(uint window, uint maxPacket)
    {
        _sending = window;
        _packet = (int)Math.Min(maxPacket, MaxPacket);
        return _packet > 0;
    }

    /// <summary>The host has more room.</summary>
    /// <returns>False: more than a window can have.</returns>
    internal bool TryAdd(uint bytes)
    {
        if (bytes > uint.MaxValue - _sending)
        {
            return false;
        }

        _sending += bytes;
        return true;
    }

    /// <summary>A packet of no more than <see cref="Sendable"/> is sent.</summary>
    internal void Sent(int bytes) => _sending -= (uint)bytes;

    /// <summary>The host has sent a packet.</summary>
    /// <returns>False: one larger than it may be, or than the room there was.</returns>
    internal bool TryReceive(int bytes)
    {
        if (bytes > MaxPacket || bytes > _receiving)
        {
            return false;
        }

        _receiving -= bytes;
        return true;
    }

    /// <summary>Received bytes have been read.</summary>
    internal void Read(int bytes) => _read += bytes;

    /// <summary>What to give back to the host now, bytes.</summary>
    internal uint GiveBack()
    {
        int bytes = _read;
        _read = 0;
        _receiving += bytes;
        return (uint)bytes;
    }
}
